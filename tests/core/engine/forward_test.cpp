#include "core/engine/forward.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hpp"
#include "tests/core/engine/captured.hpp"
#include "tests/core/engine/prompts.hpp"

namespace headlight {
namespace {

const std::filesystem::path kModels = std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "models";

class ForwardPass : public testing::TestWithParam<const char*> {
 protected:
  const Model model = Model::open(kModels / GetParam());
  ThreadPool pool{2};
  Forward<double> forward{model, pool};
  const int vocab = model.description().vocab_size;
};

TEST_P(ForwardPass, GivesMixedLengthsTheNumbersOfOnePromptAtATime) {
  const std::vector<std::vector<TokenId>> prompts = {random_tokens(9, vocab, 1), random_tokens(31, vocab, 2), random_tokens(1, vocab, 3)};
  const auto together = all_logits<double>(forward, prompts);
  for (size_t p = 0; p < prompts.size(); ++p) {
    const auto alone = all_logits<double>(forward, {prompts[p]})[0];
    ASSERT_EQ(alone.size(), together[p].size());
    for (size_t i = 0; i < alone.size(); i += 13) EXPECT_NEAR(alone[i], together[p][i], 1e-9);
  }
}

TEST_P(ForwardPass, GivesEveryTileOfALongPromptTheSamePatterns) {
  // 300 tokens are three tiles of queries; a row of the pattern sums to one and sees nothing to its right.
  Captured<double> captured;
  const Site site{.kind = SiteKind::pattern, .layer = 1};
  all_logits<double>(forward, {random_tokens(300, vocab, 4)}, {}, &captured, {site});
  for (int head = 0; head < model.description().attention.n_heads; ++head)
    for (const int query : {0, 127, 128, 255, 256, 299}) {
      double sum = 0;
      for (int key = 0; key < 300; ++key) {
        const double weight = captured.at(site, 0, head, query, key);
        if (key > query) {
          EXPECT_EQ(weight, 0);
        }
        sum += weight;
      }
      EXPECT_NEAR(sum, 1, 1e-9);
    }
}

TEST_P(ForwardPass, SumsTheHeadsResultsToWhatAttentionWrites) {
  Captured<double> captured;
  const Site result{.kind = SiteKind::result, .layer = 1}, out{.kind = SiteKind::attn_out, .layer = 1};
  const auto tokens = random_tokens(8, vocab, 5);
  all_logits<double>(forward, {tokens}, {}, &captured, {result, out});
  const auto& bias = model.weights().layers[1].output.bias;
  std::vector<double> b(static_cast<size_t>(model.description().d_model), 0);
  if (bias) widen(bias->origin, bias->dtype, b.size(), b.data());
  for (int position = 0; position < 8; ++position)
    for (int i = 0; i < model.description().d_model; i += 11) {
      double sum = b[static_cast<size_t>(i)];
      for (int head = 0; head < model.description().attention.n_heads; ++head) sum += captured.at(result, 0, head, position, i);
      EXPECT_NEAR(sum, captured.at(out, 0, 0, position, i), 1e-9);
    }
}

TEST_P(ForwardPass, ChangesNothingBeforeAnEditedPosition) {
  const auto tokens = random_tokens(20, vocab, 6);
  const auto clean = all_logits<double>(forward, {tokens})[0];
  const auto edited = all_logits<double>(forward, {tokens}, {{Edit{.layer = 0, .head = 0, .begin = 12}}})[0];
  const size_t boundary = 12 * forward.vocab_size();
  double after = 0;
  for (size_t i = 0; i < clean.size(); ++i) {
    if (i < boundary) ASSERT_EQ(clean[i], edited[i]);
    else after = std::max(after, std::abs(clean[i] - edited[i]));
  }
  EXPECT_GT(after, 1e-3);
}

TEST_P(ForwardPass, SaysWhatIsWrongWithAPrompt) {
  const auto message_of = [&](std::vector<TokenId> tokens) {
    try {
      all_logits<double>(forward, {tokens});
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(message_of({}), testing::HasSubstr("no tokens"));
  EXPECT_THAT(message_of({1, 99999}), testing::HasSubstr("token 99999 is outside"));
}

TEST_P(ForwardPass, IsTheSameForTheSameSeedOfRandomWeightsAndElseDiffers) {
  const auto tokens = random_tokens(16, vocab, 7);
  const auto of_seed = [&](std::uint64_t seed) {
    Forward<float> random(model.with_random_weights(seed), pool);
    return all_logits<float>(random, {tokens})[0];
  };
  EXPECT_EQ(of_seed(1), of_seed(1));
  EXPECT_NE(of_seed(1), of_seed(2));
}

// BLAS rounds the rows of a product by how many they are, so a batch is to be multiplied lane by lane where that must not show.
TEST_P(ForwardPass, GivesLanesApartTheBitsOfOnePromptAtATime) {
  const std::vector<std::vector<TokenId>> prompts = {random_tokens(9, vocab, 1), random_tokens(31, vocab, 2), random_tokens(1, vocab, 3)};
  Forward<float> floats(model, pool);
  const auto final_rows = [&](const std::vector<std::vector<TokenId>>& lanes) {
    PassRequest<float> request{.lanes_apart = true};
    for (const auto& tokens : lanes) request.lanes.push_back({.tokens = tokens});
    const FinalRows<float>& rows = floats.run(request);
    return std::vector<float>(rows.values.data(), rows.values.data() + rows.values.size());
  };
  std::vector<float> alone;
  for (const auto& prompt : prompts)
    for (const float value : final_rows({prompt})) alone.push_back(value);
  EXPECT_EQ(final_rows(prompts), alone);
}

TEST(LearnedPositions, EndWithTheirTable) {
  const Model model = Model::open(kModels / "mixture-gpt2");
  ThreadPool pool(1);
  Forward<float> forward(model, pool);
  try {
    all_logits<float>(forward, {std::vector<TokenId>(static_cast<size_t>(model.description().n_ctx) + 1, 1)});
    FAIL() << "was computed";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("shorten it"));
  }
}

INSTANTIATE_TEST_SUITE_P(All, ForwardPass, testing::Values("mixture-tiny", "mixture-llama"));

}  // namespace
}  // namespace headlight
