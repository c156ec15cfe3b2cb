#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/plugins/answer_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// Yes at 1, No at 2; queries 3 and 4 come after both.
PromptByHand offer(Rows rows, bool exchanged = false) {
  const std::string first = exchanged ? "no" : "yes", second = exchanged ? "yes" : "no";
  PromptByHand prompt{.tokens = {0, 1, 2, 3, 4},
                      .sites = {{SiteKind::pattern, {{std::move(rows)}}}},
                      .roles = {{"end", 4, 5}, {first, 1, 2}, {second, 2, 3}}};
  HeadRows& last = prompt.sites[SiteKind::resid_post];  // the model says token 1 with 3 and token 2 with 0.5
  last = {{Rows(5, one_at(1, 3))}};
  last[0][0].back()[2] = 0.5f;
  return prompt;
}
HandGrids observe(const PromptByHand& prompt) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  return observe_by_hand("negative", {.circuits = &circuits}, prompt);
}
const Rows kLeansToSecond = {{1}, {0, 1}, {0, 0, 1}, {0.4f, 0.1f, 0.4f, 0.1f}, {0.25f, 0.25f, 0.25f, 0.25f, 0}};

TEST(Negative, IsTheSurveysSumOverQueriesAfterBothAnswers) {
  const auto grids = observe(offer(kLeansToSecond));
  EXPECT_NEAR(grids[0][0], 0.5 * std::log(4.0), 1e-5) << "the last query looks at both alike";
  EXPECT_NEAR(grids[1][0], 0.25 * std::log(4.0), 1e-5);
  EXPECT_NEAR(grids[2][0], (0.4 + 0.25) / 2, 1e-6);
  EXPECT_NEAR(grids[3][0], (0.1 + 0.25) / 2, 1e-6);
}

TEST(Negative, TellsOrdersAndAnswersApart) {
  enum { kPerQuery = 1, kNoLast = 4, kYesLast, kNoRight, kYesRight, kSaysNo = 9 };
  PromptByHand prompt = offer(kLeansToSecond);
  prompt.answers = {2};
  const auto no_is_right = observe(prompt);
  EXPECT_EQ(no_is_right[kNoLast][0], no_is_right[kPerQuery][0]);
  EXPECT_EQ(no_is_right[kNoRight][0], no_is_right[kPerQuery][0]);
  EXPECT_TRUE(std::isnan(no_is_right[kYesLast][0]) && std::isnan(no_is_right[kYesRight][0]));
  EXPECT_NEAR(no_is_right[kSaysNo][0], 0.5 - 3, 1e-6);
  prompt = offer(kLeansToSecond, true);  // No at 1, Yes at 2
  prompt.answers = {2};
  const auto yes_is_right = observe(prompt);
  EXPECT_EQ(yes_is_right[kYesLast][0], yes_is_right[kPerQuery][0]);
  EXPECT_EQ(yes_is_right[kYesRight][0], yes_is_right[kPerQuery][0]);
  EXPECT_TRUE(std::isnan(yes_is_right[kNoLast][0]) && std::isnan(yes_is_right[kNoRight][0]));
  EXPECT_NEAR(yes_is_right[kSaysNo][0], 3 - 0.5, 1e-6);
}

TEST(Negative, ChangesItsSignWhenTheAnswersAreExchanged) {
  const double one = observe(offer(kLeansToSecond))[0][0];
  EXPECT_NEAR(observe(offer(kLeansToSecond, true))[0][0], -one, 1e-6);
}

TEST(Negative, IsNothingForAHeadThatLooksAtNeitherAndFiniteForOneThatLooksAtOneOnly) {
  EXPECT_EQ(observe(offer(looking_at({0, 0, 0, 0, 0})))[0][0], 0);
  EXPECT_NEAR(observe(offer(looking_at({0, 0, 0, 2, 2})))[1][0], std::log(1e12), 1e-3);
}

TEST(Negative, WithoutQueriesAfterTheAnswersIsNotMeasured) {
  PromptByHand prompt = offer(looking_at({0, 0, 0}));
  prompt.tokens.resize(3);
  prompt.sites[SiteKind::resid_post][0][0].resize(3);
  prompt.roles[0] = {"end", 2, 3};
  for (const auto& grid : observe(prompt)) EXPECT_TRUE(std::isnan(grid[0]));
}

TEST(Negative, NeedsTheAnswers) {
  PromptByHand prompt = offer(kLeansToSecond);
  prompt.roles.pop_back();
  EXPECT_THAT([&] { observe(prompt); }, testing::ThrowsMessage<std::exception>(testing::HasSubstr("need the roles yes and no")));
}

}  // namespace
}  // namespace headlight::testing_support
