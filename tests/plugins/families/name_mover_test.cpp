#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugins/family_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// Ann 1, Bob 2: "Ann met Bob; Bob gave" -> Ann. Tokens 0 and 3 to 5 are other words.
const std::vector<int> kIoiTokens = {0, 1, 3, 2, 2, 4};
constexpr int kVocabulary = 12;

PromptByHand two_names(std::vector<float> last_row, std::vector<float> z) {
  std::vector<std::vector<float>> pattern, zs, residual;
  for (size_t query = 0; query < kIoiTokens.size(); ++query) {
    pattern.emplace_back(query + 1, 0.0f);
    pattern.back()[0] = 1;
    zs.emplace_back(kVocabulary, 0.0f);
    residual.emplace_back(kVocabulary, 0.0f);
    residual.back()[static_cast<size_t>(kIoiTokens[query])] = 1;
  }
  pattern.back() = std::move(last_row);
  z.resize(kVocabulary, 0.0f);
  zs.back() = std::move(z);
  return {.tokens = kIoiTokens,
          .sites = {{SiteKind::pattern, {{pattern}}}, {SiteKind::z, {{zs}}}, {SiteKind::resid_post, {{residual}}}},
          .roles = {{"io", 1, 2}, {"s1", 3, 4}, {"s2", 4, 5}, {"end", 5, 6}},
          .answers = {1},
          .wrong = {2}};
}

CircuitsByHand::Matrix identity(float factor) {
  CircuitsByHand::Matrix matrix(kVocabulary, std::vector<float>(kVocabulary, 0.0f));
  for (size_t i = 0; i < kVocabulary; ++i) matrix[i][i] = factor;
  return matrix;
}

TEST(NameMover, IsWhatItsWriteAddsToTheRightNameBeyondTheWrongOne) {
  CircuitsByHand circuits(1, kVocabulary);
  circuits.ov[{0, 0}] = identity(2);
  const auto grids = observe_by_hand("name-mover", {.circuits = &circuits},
                                     two_names({0.1f, 0.6f, 0.1f, 0.05f, 0.1f, 0.05f}, {0, 0.6f, 0.15f}));
  EXPECT_NEAR(grids[0][0], 2 * (0.6 - 0.15), 1e-6);
  EXPECT_NEAR(grids[1][0], 0.6, 1e-6) << "attention to the indirect object";
  EXPECT_NEAR(grids[2][0], 0.15, 1e-6) << "attention to both places of the subject";
  EXPECT_EQ(grids[3][0], 1) << "every name comes back as the best token";
  EXPECT_NEAR(grids[4][0], 2 * 0.6, 1e-6) << "what it writes of the right name alone";
  EXPECT_NEAR(grids[5][0], 2 * 0.15, 1e-6);
}

TEST(NameMover, OfAHeadThatSuppressesWhatItSeesIsNegativeAndCopiesNothing) {
  CircuitsByHand circuits(1, kVocabulary);
  circuits.ov[{0, 0}] = identity(-1);
  const auto grids = observe_by_hand("name-mover", {.circuits = &circuits}, two_names({0, 1, 0, 0, 0, 0}, {0, 1}));
  EXPECT_NEAR(grids[0][0], -1, 1e-6);
  EXPECT_EQ(grids[3][0], 0);
}

// The heads' weights with the names exchanged: a head that writes the wrong name is no name mover.
TEST(NameMover, OfAPermutedHeadIsNotOne) {
  CircuitsByHand circuits(1, kVocabulary);
  circuits.ov[{0, 0}] = identity(1);
  std::swap(circuits.ov[{0, 0}][1], circuits.ov[{0, 0}][2]);
  const auto grids = observe_by_hand("name-mover", {.circuits = &circuits}, two_names({0, 1, 0, 0, 0, 0}, {0, 1}));
  EXPECT_NEAR(grids[0][0], -1, 1e-6);
}

TEST(NameMover, NeedsTheNames) {
  CircuitsByHand circuits(1, kVocabulary);
  PromptByHand prompt = two_names({0, 1, 0, 0, 0, 0}, {0, 1});
  prompt.roles = {{"end", 5, 6}};
  EXPECT_THAT([&] { observe_by_hand("name-mover", {.circuits = &circuits}, prompt); },
              testing::ThrowsMessage<std::exception>(testing::HasSubstr("need the roles io, s1 and s2")));
}

}  // namespace
}  // namespace headlight::testing_support
