#include <gtest/gtest.h>

#include <cmath>

#include "tests/plugins/family_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// `distance` back from every query, the first token where that is too far.
PromptByHand looking_back(int n_tokens, int distance) {
  std::vector<std::vector<float>> rows;
  for (int query = 0; query < n_tokens; ++query) {
    rows.emplace_back(static_cast<size_t>(query) + 1, 0.0f);
    rows.back()[static_cast<size_t>(std::max(0, query - distance))] = 1;
  }
  return {.tokens = std::vector<int>(static_cast<size_t>(n_tokens), 7), .sites = {{SiteKind::pattern, {{rows}}}}};
}

TEST(Local, IsOneWithinTheWindowAndZeroBeyond) {
  for (const int distance : {0, 1, 4}) EXPECT_EQ(observe_by_hand("local", {}, looking_back(20, distance))[0][0], 1) << distance;
  for (const int distance : {5, 9, 19}) EXPECT_EQ(observe_by_hand("local", {}, looking_back(20, distance))[0][0], 0) << distance;
}

TEST(Local, OfUniformAttentionHasNoBias) {
  PromptByHand prompt = looking_back(18, 0);
  auto& rows = prompt.sites[SiteKind::pattern][0][0];
  for (auto& row : rows) row.assign(row.size(), 1.0f / static_cast<float>(row.size()));
  const auto grids = observe_by_hand("local", {}, prompt);
  EXPECT_NEAR(grids[0][0], (5.0 / 17 + 5.0 / 18) / 2, 1e-6);
  EXPECT_NEAR(grids[1][0], 1, 1e-6);
}

TEST(Local, OfAPromptTooShortToTellIsNotMeasured) {
  for (const auto& grid : observe_by_hand("local", {}, looking_back(16, 1))) EXPECT_TRUE(std::isnan(grid[0]));
}

}  // namespace
}  // namespace headlight::testing_support
