#include <gtest/gtest.h>

#include <cmath>

#include "tests/plugins/family_by_hand.hpp"

namespace headlight::testing_support {
namespace {

constexpr int kTokens = 41;  // two queries are counted: 39 and 40

// What queries 39 and 40 give to keys, the rest to the first token.
PromptByHand giving(const std::vector<std::pair<int, float>>& given) {
  std::vector<std::vector<float>> rows;
  for (int query = 0; query < kTokens; ++query) {
    rows.emplace_back(static_cast<size_t>(query) + 1, 0.0f);
    if (query < 39) rows.back()[0] = 1;
    else
      for (const auto& [key, weight] : given) rows.back().at(static_cast<size_t>(key)) = weight;
  }
  return {.tokens = std::vector<int>(kTokens, 7), .sites = {{SiteKind::pattern, {{rows}}}}};
}

TEST(Streaming, IsWhatTheFirstAndTheLatestTokensGet) {
  const auto grids = observe_by_hand("streaming", {}, giving({{0, 0.3f}, {3, 0.2f}, {4, 0.1f}, {20, 0.1f}, {25, 0.1f}, {39, 0.2f}}));
  EXPECT_NEAR(grids[1][0], 0.5, 1e-6);
  EXPECT_NEAR(grids[2][0], 0.3, 1e-6) << "25 is one of the latest 16 of 40";
  EXPECT_NEAR(grids[0][0], 0.8, 1e-6);
}

TEST(Streaming, IsOneOfAHeadThatLooksAtTheSinkOnlyAndZeroOfOneThatLooksBetween) {
  EXPECT_EQ(observe_by_hand("streaming", {}, giving({{0, 1.0f}}))[0][0], 1);
  EXPECT_EQ(observe_by_hand("streaming", {}, giving({{15, 1.0f}}))[0][0], 0);
}

TEST(Streaming, OfAShortPromptIsNotMeasured) {
  PromptByHand prompt = giving({{0, 1.0f}});
  prompt.tokens.resize(39);
  prompt.sites[SiteKind::pattern][0][0].resize(39);
  for (const auto& grid : observe_by_hand("streaming", {}, prompt)) EXPECT_TRUE(std::isnan(grid[0]));
}

}  // namespace
}  // namespace headlight::testing_support
