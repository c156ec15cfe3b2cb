#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/plugins/family_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// The needle is 7 8 7 at 1 to 3; what is decoded begins at 5.
PromptByHand written(std::vector<int> decoded, const std::vector<int>& keys) {
  PromptByHand prompt{.tokens = {0, 7, 8, 7, 5}, .sites = {}, .roles = {{"end", 4, 5}, {"needle", 1, 4}}, .n_given = 5};
  prompt.tokens.insert(prompt.tokens.end(), decoded.begin(), decoded.end());
  for (const int token : prompt.tokens) prompt.pieces.push_back(token == 9 ? "\n" : std::to_string(token));
  std::vector<int> all = {0, 0, 0, 0};  // of the queries before the last given token
  all.insert(all.end(), keys.begin(), keys.end());
  all.resize(prompt.tokens.size(), 0);
  prompt.sites[SiteKind::pattern] = {{looking_at(all)}};
  return prompt;
}

TEST(Retrieval, IsOneForAHeadThatLooksAtEveryTokenWhileItIsWritten) {
  const auto grids = observe_by_hand("retrieval", {}, written({7, 8, 7}, {1, 2, 3}));
  EXPECT_EQ(grids[0][0], 1);
  EXPECT_EQ(grids[1][0], 1);
}

TEST(Retrieval, CountsATokenOnceWhereThePublishedCodeCountsSteps) {
  const auto grids = observe_by_hand("retrieval", {}, written({7, 8, 7}, {1, 0, 3}));
  EXPECT_NEAR(grids[0][0], 1.0 / 2, 1e-6) << "of the set {7, 8}, 7";
  EXPECT_NEAR(grids[1][0], 2.0 / 3, 1e-6) << "in two of three steps";
}

TEST(Retrieval, IsZeroForAHeadThatLooksAtTheNeedlesOtherTokens) {
  EXPECT_EQ(observe_by_hand("retrieval", {}, written({7, 8, 7}, {2, 1, 2}))[0][0], 0);
  EXPECT_EQ(observe_by_hand("retrieval", {}, written({7, 8, 7}, {0, 0, 5}))[0][0], 0) << "the same token, but not in the needle";
}

TEST(Retrieval, WhereTheNeedleIsNotFoundIsNotMeasured) {
  for (const auto& decoded : {std::vector<int>{7, 5, 5}, {5, 5, 5}, {7, 9, 8, 7}, {}})
    for (const auto& grid : observe_by_hand("retrieval", {}, written(decoded, {1, 2, 3}))) EXPECT_TRUE(std::isnan(grid[0]));
}

TEST(Retrieval, NeedsANeedle) {
  PromptByHand prompt = written({7}, {1});
  prompt.roles.pop_back();
  EXPECT_THAT([&] { observe_by_hand("retrieval", {}, prompt); }, testing::ThrowsMessage<std::exception>(testing::HasSubstr("need the role needle")));
}

}  // namespace
}  // namespace headlight::testing_support
