#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/plugins/family_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// Yes at 1, No at 2; queries 3 and 4 come after both.
PromptByHand offer(Rows rows, bool exchanged = false) {
  const std::string first = exchanged ? "no" : "yes", second = exchanged ? "yes" : "no";
  return {.tokens = {0, 1, 2, 3, 4},
          .sites = {{SiteKind::pattern, {{std::move(rows)}}}},
          .roles = {{"end", 4, 5}, {first, 1, 2}, {second, 2, 3}}};
}
const Rows kLeansToSecond = {{1}, {0, 1}, {0, 0, 1}, {0.4f, 0.1f, 0.4f, 0.1f}, {0.25f, 0.25f, 0.25f, 0.25f, 0}};

TEST(Negative, IsTheSurveysSumOverQueriesAfterBothAnswers) {
  const auto grids = observe_by_hand("negative", {}, offer(kLeansToSecond));
  EXPECT_NEAR(grids[0][0], 0.5 * std::log(4.0), 1e-5) << "the last query looks at both alike";
  EXPECT_NEAR(grids[1][0], 0.25 * std::log(4.0), 1e-5);
  EXPECT_NEAR(grids[2][0], (0.4 + 0.25) / 2, 1e-6);
  EXPECT_NEAR(grids[3][0], (0.1 + 0.25) / 2, 1e-6);
}

TEST(Negative, ChangesItsSignWhenTheAnswersAreExchanged) {
  const double one = observe_by_hand("negative", {}, offer(kLeansToSecond))[0][0];
  EXPECT_NEAR(observe_by_hand("negative", {}, offer(kLeansToSecond, true))[0][0], -one, 1e-6);
}

TEST(Negative, IsNothingForAHeadThatLooksAtNeitherAndFiniteForOneThatLooksAtOneOnly) {
  EXPECT_EQ(observe_by_hand("negative", {}, offer(looking_at({0, 0, 0, 0, 0})))[0][0], 0);
  EXPECT_NEAR(observe_by_hand("negative", {}, offer(looking_at({0, 0, 0, 2, 2})))[1][0], std::log(1e12), 1e-3);
}

TEST(Negative, WithoutQueriesAfterTheAnswersIsNotMeasured) {
  PromptByHand prompt = offer(looking_at({0, 0, 0}));
  prompt.tokens.resize(3);
  prompt.roles[0] = {"end", 2, 3};
  for (const auto& grid : observe_by_hand("negative", {}, prompt)) EXPECT_TRUE(std::isnan(grid[0]));
}

TEST(Negative, NeedsTheAnswers) {
  PromptByHand prompt = offer(kLeansToSecond);
  prompt.roles.pop_back();
  EXPECT_THAT([&] { observe_by_hand("negative", {}, prompt); }, testing::ThrowsMessage<std::exception>(testing::HasSubstr("need the roles yes and no")));
}

}  // namespace
}  // namespace headlight::testing_support
