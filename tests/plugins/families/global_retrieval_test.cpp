#include <gtest/gtest.h>

#include <cmath>

#include "tests/plugins/answer_by_hand.hpp"

namespace headlight::testing_support {
namespace {

PromptByHand looking_far(std::vector<int> tokens, const std::vector<int>& keys) {
  std::vector<std::vector<float>> rows;
  for (size_t query = 0; query < keys.size(); ++query) {
    rows.emplace_back(query + 1, 0.0f);
    rows.back().at(static_cast<size_t>(keys[query])) = 1;
  }
  return {.tokens = std::move(tokens), .sites = {{SiteKind::pattern, {{rows}}}}};
}

TEST(GlobalRetrieval, TellsInductionFromEcho) {
  const auto follows = observe_by_hand("global-retrieval", {}, looking_far({1, 2, 3, 1, 2, 3}, {0, 0, 0, 1, 2, 3}));
  EXPECT_TRUE(std::isnan(follows[0][0])) << "the better one is chosen over all prompts, by the host";
  EXPECT_EQ(follows[1][0], 1);
  EXPECT_EQ(follows[2][0], 0);
  const auto echoes = observe_by_hand("global-retrieval", {}, looking_far({1, 2, 3, 1, 2, 3}, {0, 0, 0, 0, 1, 2}));
  EXPECT_EQ(echoes[1][0], 0);
  EXPECT_EQ(echoes[2][0], 1);
}

TEST(GlobalRetrieval, AgreesWithTheFamiliesOfItsTwoScores) {
  const PromptByHand prompt = {.tokens = {1, 5, 7, 5, 7, 5},
                               .sites = {{SiteKind::pattern,
                                          {{{{1}, {1, 0}, {1, 0, 0}, {0.1f, 0.4f, 0.3f, 0.2f}, {0, 0, 0.2f, 0.7f, 0.1f},
                                             {0, 0.1f, 0.25f, 0.05f, 0.5f, 0.1f}}}}}}};
  const auto grids = observe_by_hand("global-retrieval", {}, prompt);
  EXPECT_NEAR(grids[1][0], (0.3 + 0.7 + 0.75) / 3, 1e-6);
  EXPECT_NEAR(grids[2][0], (0.4 + 0.2 + 0.05) / 3, 1e-6);
  CircuitsByHand circuits = copying(1);
  EXPECT_NEAR(grids[1][0], observe_by_hand("induction", {.circuits = &circuits}, with_z(prompt, kVocabularyByHand))[0][0], 1e-12);
  EXPECT_NEAR(grids[2][0], observe_by_hand("duplicate-token", {}, prompt)[0][0], 1e-12);
}

TEST(GlobalRetrieval, OfTokensInAnotherOrderIsNothing) {
  const auto grids = observe_by_hand("global-retrieval", {}, looking_far({1, 2, 3, 3, 1, 2}, {0, 0, 0, 1, 2, 3}));
  EXPECT_EQ(grids[1][0], 0);
  EXPECT_EQ(grids[2][0], 0);
}

TEST(GlobalRetrieval, OfTokensThatNeverRepeatIsNotMeasured) {
  for (const auto& grid : observe_by_hand("global-retrieval", {}, looking_far({1, 2, 3}, {0, 1, 1}))) EXPECT_TRUE(std::isnan(grid[0]));
}

}  // namespace
}  // namespace headlight::testing_support
