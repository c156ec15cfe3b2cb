#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugins/family_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// Options at 1, 2-3, 4 and 5; the second, of two tokens, is right. The query is 6.
PromptByHand question(std::vector<float> last_row) {
  std::vector<std::vector<float>> pattern;
  for (size_t query = 0; query < 7; ++query) pattern.emplace_back(query + 1, 1.0f / static_cast<float>(query + 1));
  pattern.back() = std::move(last_row);
  return {.tokens = {0, 1, 2, 3, 4, 5, 6},
          .sites = {{SiteKind::pattern, {{pattern}}}},
          .roles = {{"option_1", 1, 2}, {"option_2", 2, 4}, {"option_3", 4, 5}, {"option_4", 5, 6}, {"correct_option", 2, 4}, {"end", 6, 7}}};
}

TEST(ContentGatherer, IsWhatTheRightOptionGetsBeyondTheOthers) {
  const auto grids = observe_by_hand("content-gatherer", {}, question({0.2f, 0.1f, 0.3f, 0.1f, 0.15f, 0.05f, 0.1f}));
  EXPECT_NEAR(grids[0][0], 0.4 - 0.3 / 3, 1e-6);
  EXPECT_NEAR(grids[1][0], 0.2 - 0.3 / 3, 1e-6) << "the right option has two tokens";
  EXPECT_NEAR(grids[2][0], 0.7, 1e-6);
}

TEST(ContentGatherer, IsOneOfAHeadThatLooksAtTheRightOptionOnlyAndNothingOfOneThatRests) {
  EXPECT_EQ(observe_by_hand("content-gatherer", {}, question({0, 0, 0.5f, 0.5f, 0, 0, 0}))[0][0], 1);
  EXPECT_EQ(observe_by_hand("content-gatherer", {}, question({1, 0, 0, 0, 0, 0, 0}))[0][0], 0);
}

TEST(ContentGatherer, OfAHeadThatLooksAtAllTokensOfOptionsAlikeIsNothingPerToken) {
  EXPECT_NEAR(observe_by_hand("content-gatherer", {}, question({0, 0.2f, 0.2f, 0.2f, 0.2f, 0.2f, 0}))[1][0], 0, 1e-6);
}

TEST(ContentGatherer, NeedsTheOptions) {
  PromptByHand prompt = question({1, 0, 0, 0, 0, 0, 0});
  prompt.roles = {{"end", 6, 7}};
  EXPECT_THAT([&] { observe_by_hand("content-gatherer", {}, prompt); },
              testing::ThrowsMessage<std::exception>(testing::HasSubstr("need the roles option_1 to option_4")));
}

}  // namespace
}  // namespace headlight::testing_support
