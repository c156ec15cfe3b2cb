#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/plugins/answer_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// The adjective at 1, the summary at 2; the query is 3. Words 4 and 5 are right, 6 is wrong. `values` by position.
PromptByHand review(Rows rows, Rows values) {
  return {.tokens = {0, 1, 2, 3},
          .sites = {{SiteKind::pattern, {{std::move(rows)}}}, {SiteKind::v, {{std::move(values)}}}},
          .roles = {{"adjective", 1, 2}, {"end", 3, 4}, {"summary", 2, 3}},
          .answers = {4, 5},
          .wrong = {6}};
}

TEST(SummaryReader, IsWhatItWritesFromTheSummary) {
  CircuitsByHand circuits = copying(2);
  Rows rows = {{1}, {0, 1}, {0.3f, 0.6f, 0.1f}, {0.1f, 0.25f, 0.5f, 0.15f}};
  const auto grids = observe_by_hand("summary-reader", {.circuits = &circuits}, review(rows, {one_at(0), one_at(6), one_at(4), one_at(5)}));
  EXPECT_NEAR(grids[0][0], 0.5 * 2 / 2, 1e-6) << "the mean of two right words, of which it writes one";
  EXPECT_NEAR(grids[1][0], -0.25 * 2, 1e-6);
  EXPECT_NEAR(grids[2][0], 0.5, 1e-6);
  EXPECT_NEAR(grids[3][0], 0.25, 1e-6);
  EXPECT_NEAR(grids[4][0], 0.6, 1e-6) << "what the summary gives to the adjective";
}

TEST(SummaryReader, OfAHeadThatReadsTheAdjectiveItselfIsNothing) {
  CircuitsByHand circuits = copying(1);
  const auto grids =
      observe_by_hand("summary-reader", {.circuits = &circuits}, review(looking_at({0, 0, 0, 1}), {one_at(0), one_at(4), one_at(4), one_at(0)}));
  EXPECT_EQ(grids[0][0], 0);
  EXPECT_NEAR(grids[1][0], 0.5, 1e-6);
}

TEST(SummaryReader, NeedsASummary) {
  CircuitsByHand circuits = copying(1);
  PromptByHand prompt = review(looking_at({0, 0, 0, 1}), {one_at(0), one_at(4), one_at(4), one_at(0)});
  prompt.roles.pop_back();
  EXPECT_THAT([&] { observe_by_hand("summary-reader", {.circuits = &circuits}, prompt); },
              testing::ThrowsMessage<std::exception>(testing::HasSubstr("need the roles summary and adjective")));
}

}  // namespace
}  // namespace headlight::testing_support
