#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/plugins/answer_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// Labels 1 and 2 at the positions of the same number, 1 is right; the query is 3.
PromptByHand examples(std::vector<float> last_row) {
  Rows rows = looking_at({0, 0, 0, 0}), z(4, std::vector<float>(kVocabularyByHand, 0.0f)), residual = z;
  std::copy(last_row.begin(), last_row.end(), z.back().begin());
  rows.back() = std::move(last_row);
  return {.tokens = {0, 1, 2, 3},
          .sites = {{SiteKind::pattern, {{rows}}}, {SiteKind::z, {{z}}}, {SiteKind::resid_pre, {{residual}}}},
          .roles = {{"end", 3, 4}, {"other_label", 2, 3}, {"same_label", 1, 2}},
          .answers = {1},
          .wrong = {2}};
}

TEST(InContext, IsWhatTheHeadAddsToTheLabelsLogProbability) {
  CircuitsByHand circuits = copying(2);
  const auto grids = observe_by_hand("in-context", {.circuits = &circuits}, examples({0, 0.75f, 0.25f, 0}));
  EXPECT_NEAR(grids[0][0], 2 * (0.75 - 0.25), 1e-5) << "the sum over the vocabulary cancels";
  EXPECT_NEAR(grids[1][0], 1.5 - std::log((10 + std::exp(1.5) + std::exp(0.5)) / 12), 1e-5) << "without the head all 12 are alike";
  EXPECT_NEAR(grids[2][0], 0.75, 1e-6);
  EXPECT_NEAR(grids[3][0], 0.25, 1e-6);
}

TEST(InContext, OfAHeadThatRaisesBothLabelsAlikeIsNothing) {
  CircuitsByHand circuits = copying(2);
  EXPECT_NEAR(observe_by_hand("in-context", {.circuits = &circuits}, examples({0, 0.5f, 0.5f, 0}))[0][0], 0, 1e-6);
}

TEST(InContext, OfAHeadWithExchangedLabelsIsNegativeAndOfOneThatWritesNothingNothing) {
  CircuitsByHand circuits = copying(1);
  std::swap(circuits.ov[{0, 0}][1], circuits.ov[{0, 0}][2]);
  EXPECT_NEAR(observe_by_hand("in-context", {.circuits = &circuits}, examples({0, 1, 0, 0}))[0][0], -1, 1e-5);
  CircuitsByHand silent(1, kVocabularyByHand);
  const auto grids = observe_by_hand("in-context", {.circuits = &silent}, examples({0, 1, 0, 0}));
  EXPECT_EQ(grids[0][0], 0);
  EXPECT_EQ(grids[1][0], 0);
}

TEST(InContext, NeedsTheLabels) {
  CircuitsByHand circuits = copying(1);
  PromptByHand prompt = examples({0, 1, 0, 0});
  prompt.roles.pop_back();
  EXPECT_THAT([&] { observe_by_hand("in-context", {.circuits = &circuits}, prompt); },
              testing::ThrowsMessage<std::exception>(testing::HasSubstr("need the roles same_label and other_label")));
}

}  // namespace
}  // namespace headlight::testing_support
