#include "core/engine/circuits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.hpp"
#include "core/checkpoint/weight_values.hpp"
#include "core/engine/forward.hpp"
#include "tests/core/engine/captured.hpp"
#include "tests/core/engine/prompts.hpp"

namespace headlight {
namespace {

const std::filesystem::path kModelsOfCircuits = std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "models";
constexpr int kLayer = 2, kTokens = 9;

class HeadCircuits : public testing::TestWithParam<const char*> {
 protected:
  HeadCircuits() {
    std::set<Site> sites{{SiteKind::resid_post, description.n_layers - 1}};
    for (const SiteKind kind : {SiteKind::resid_pre, SiteKind::v, SiteKind::z, SiteKind::result}) sites.insert({kind, kLayer});
    logits = all_logits<float>(forward, {tokens}, {}, &captured, sites)[0];
  }
  // The rows of a site as they stand in memory: [position, head, width].
  std::vector<float> rows(Site site, int heads, int width_of_head) const {
    std::vector<float> values;
    for (int position = 0; position < kTokens; ++position)
      for (int head = 0; head < heads; ++head)
        for (int i = 0; i < width_of_head; ++i) values.push_back(static_cast<float>(captured.at(site, 0, head, position, i)));
    return values;
  }
  const Model model = Model::open(kModelsOfCircuits / GetParam());
  const ModelDescription& description = model.description();
  const int n_heads = description.attention.n_heads, d_head = description.attention.d_head, width = description.d_model;
  ThreadPool pool{2};
  Forward<float> forward{model, pool};
  Circuits circuits{model, pool};
  Captured<float> captured;
  const std::vector<TokenId> tokens = random_tokens(kTokens, description.vocab_size, 3);
  std::vector<float> logits;  // [position, vocabulary]
};

TEST_P(HeadCircuits, GiveTheValuesOfTheRun) {
  const auto residual = rows({SiteKind::resid_pre, kLayer}, 1, width);
  std::vector<float> input(residual.size()), values(static_cast<size_t>(kTokens * n_heads * d_head));
  circuits.head_input(kLayer, residual.data(), kTokens, input.data());
  circuits.values(kLayer, input.data(), kTokens, values.data());
  for (int position = 0; position < kTokens; ++position)
    for (int head = 0; head < n_heads; ++head)
      for (int d = 0; d < d_head; ++d)
        EXPECT_NEAR(values[static_cast<size_t>((position * n_heads + head) * d_head + d)],
                    captured.at({SiteKind::v, kLayer}, 0, description.kv_head_of(head), position, d), 2e-5);
}

TEST_P(HeadCircuits, GiveTheResultsOfTheRun) {
  const auto z = rows({SiteKind::z, kLayer}, n_heads, d_head);
  std::vector<float> results(static_cast<size_t>(kTokens * n_heads * width));
  circuits.results(kLayer, z.data(), kTokens, results.data());
  EXPECT_THAT(results, testing::Pointwise(testing::FloatNear(2e-5f), rows({SiteKind::result, kLayer}, n_heads, width)));
}

TEST_P(HeadCircuits, ScoreQueriesAgainstKeysWithoutRotation) {
  const std::vector<TokenId> two = {5, 77};
  std::vector<float> embedded(static_cast<size_t>(2 * width)), scores(static_cast<size_t>(n_heads * 4));
  circuits.embed(two, embedded.data());
  circuits.scores(kLayer, embedded.data(), 2, embedded.data(), 2, scores.data());
  const LayerWeights& weights = model.weights().layers[kLayer];
  const int head = n_heads - 1, kv = description.kv_head_of(head);
  for (int query = 0; query < 2; ++query)
    for (int key = 0; key < 2; ++key) {
      double score = 0;
      for (int d = 0; d < d_head; ++d) {
        double q = 0, k = 0;
        for (int i = 0; i < width; ++i) {
          q += embedded[static_cast<size_t>(query * width + i)] * weight_value<double>(weights.query.matrix, i, head * d_head + d);
          k += embedded[static_cast<size_t>(key * width + i)] * weight_value<double>(weights.key.matrix, i, kv * d_head + d);
        }
        score += q * k * description.attention.score_scale;
      }
      EXPECT_NEAR(scores[static_cast<size_t>((head * 2 + query) * 2 + key)], score, 1e-4 * std::max(1.0, std::abs(score)));
    }
}

TEST_P(HeadCircuits, ReadLogitsAsTheRunDoes) {
  const auto residual = rows({SiteKind::resid_post, description.n_layers - 1}, 1, width);
  const auto n_vocab = static_cast<size_t>(description.vocab_size);
  std::vector<float> all(kTokens * n_vocab), some(kTokens * 2);
  const std::vector<TokenId> chosen = {11, 1234};
  circuits.logits(residual.data(), kTokens, {}, all.data());
  circuits.logits(residual.data(), kTokens, chosen, some.data());
  for (size_t i = 0; i < all.size(); i += 101) EXPECT_NEAR(all[i], logits[i], 1e-4);
  for (size_t position = 0; position < kTokens; ++position)
    for (size_t t = 0; t < 2; ++t) EXPECT_NEAR(some[position * 2 + t], logits[position * n_vocab + static_cast<size_t>(chosen[t])], 1e-4);
}

// By the definition: the head's result through the final norm with the mean taken out and the scale of the run, times W_U.
TEST_P(HeadCircuits, AttributeLogitsWithTheNormOfTheRun) {
  const auto z = rows({SiteKind::z, kLayer}, n_heads, d_head), results = rows({SiteKind::result, kLayer}, n_heads, width);
  const auto residual = rows({SiteKind::resid_post, description.n_layers - 1}, 1, width);
  const std::span<const float> last(residual.data() + (kTokens - 1) * width, static_cast<size_t>(width));
  const std::vector<TokenId> chosen = {11, 1234, 11};
  std::vector<float> effects(static_cast<size_t>(kTokens * n_heads) * chosen.size());
  circuits.direct_effects(kLayer, z.data(), kTokens, last, chosen, effects.data());

  const bool centres = description.final_norm.kind == NormKind::layer_norm;
  const auto mean_of = [&](std::span<const float> x) {
    double sum = 0;
    for (const float value : x) sum += value;
    return centres ? sum / width : 0.0;
  };
  double square = 0;
  for (const float x : last) square += (x - mean_of(last)) * (x - mean_of(last)) / width;
  const double scale = 1 / std::sqrt(square + description.final_norm.epsilon);
  const WeightVector& weight = *model.weights().final_norm.weight;
  for (int row = 0; row < kTokens * n_heads; ++row)
    for (size_t t = 0; t < chosen.size(); ++t) {
      const std::span<const float> result(results.data() + row * width, static_cast<size_t>(width));
      double effect = 0;
      for (int i = 0; i < width; ++i)
        effect += (result[static_cast<size_t>(i)] - mean_of(result)) * scale * (description.final_norm.weight_offset + weight_value<double>(weight, i)) *
                  weight_value<double>(model.weights().unembedding.matrix, i, chosen[t]);
      EXPECT_NEAR(effects[static_cast<size_t>(row) * chosen.size() + t], effect, 1e-5 * std::max(1.0, std::abs(effect)));
    }
}

TEST_P(HeadCircuits, EmbedEffectivelyByTheFirstMlpAlone) {
  const std::vector<TokenId> chosen = {4, 900, 31};
  std::vector<float> effective(static_cast<size_t>(3 * width)), plain(effective.size());
  circuits.embed(chosen, plain.data());
  circuits.embed_effectively(chosen, effective.data());
  // The MLP of block 0 sees the embedding alone, also amid a prompt whose attention and positions are taken away there.
  const std::vector<TokenId> prompt = {7, 31, 2};
  std::vector<Edit> edits = {{.op = EditOp::replace, .site = SiteKind::resid_mid, .layer = 0, .begin = 1, .end = 2,
                              .values = std::vector<float>(plain.begin() + 2 * width, plain.end())}};
  Captured<float> seen;
  all_logits<float>(forward, {prompt}, {edits}, &seen, {{SiteKind::mlp_out, 0}});
  for (int i = 0; i < width; ++i)
    EXPECT_NEAR(effective[static_cast<size_t>(2 * width + i)], plain[static_cast<size_t>(2 * width + i)] + seen.at({SiteKind::mlp_out, 0}, 0, 0, 1, i), 2e-5);
}

TEST_P(HeadCircuits, RefuseTokensThatTheModelLacks) {
  std::vector<float> out(static_cast<size_t>(width));
  const std::vector<TokenId> none = {description.vocab_size};
  EXPECT_THROW(circuits.embed(none, out.data()), Error);
}

INSTANTIATE_TEST_SUITE_P(Models, HeadCircuits, testing::Values("mixture-gpt2", "mixture-llama"),
                         [](const auto& model) { return std::string(model.param == std::string("mixture-gpt2") ? "gpt2" : "llama"); });

}  // namespace
}  // namespace headlight
