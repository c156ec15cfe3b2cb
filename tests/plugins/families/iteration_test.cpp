#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/plugins/family_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// Inputs at 1, 2 and 3, the sign at 4, states at 5 and 6: they are written from 4, 5 and 6.
PromptByHand computation(Rows rows) {
  return {.tokens = {0, 1, 2, 3, 4, 5, 6},
          .sites = {{SiteKind::pattern, {{std::move(rows)}}}},
          .roles = {{"end", 6, 7}, {"input", 1, 2}, {"input", 2, 3}, {"input_now", 3, 4}, {"sign", 4, 5}, {"state", 5, 6}, {"state", 6, 7}}};
}

TEST(Iteration, IsOneForAHeadThatWalksAlongTheInputs) {
  const auto grids = observe_by_hand("iteration", {}, computation(looking_at({0, 0, 0, 0, 1, 2, 3})));
  EXPECT_EQ(grids[0][0], 1);
  EXPECT_EQ(grids[1][0], 1);
  EXPECT_EQ(grids[2][0], 0);
}

TEST(Iteration, IsZeroForAHeadThatLooksAtTheInputsInAnotherOrderOrAtTheSign) {
  EXPECT_EQ(observe_by_hand("iteration", {}, computation(looking_at({0, 0, 0, 0, 2, 3, 1})))[0][0], 0);
  const auto sign = observe_by_hand("iteration", {}, computation(looking_at({0, 0, 0, 0, 4, 4, 4})));
  EXPECT_EQ(sign[0][0], 0);
  EXPECT_EQ(sign[2][0], 1) << "the head of the layer before";
}

TEST(Iteration, CountsInputsThatGetMoreThanHalf) {
  Rows rows = looking_at({0, 0, 0, 0, 1, 2, 3});
  rows[5] = {0, 0, 0.5f, 0.5f, 0, 0};
  rows[6] = {0, 0, 0.4f, 0.6f, 0, 0, 0};
  const auto grids = observe_by_hand("iteration", {}, computation(rows));
  EXPECT_NEAR(grids[0][0], 2.0 / 3, 1e-6) << "half is not more than half";
  EXPECT_NEAR(grids[1][0], (1 + 0.5 + 0.6) / 3, 1e-6);
  EXPECT_NEAR(grids[4][0], 1, 1e-6) << "input by input";
  EXPECT_NEAR(grids[5][0], 0.5, 1e-6);
  EXPECT_NEAR(grids[6][0], 0.6, 1e-6);
  EXPECT_TRUE(std::isnan(grids[7][0])) << "there is no fourth state";
}

TEST(Iteration, NeedsAnInputMoreThanStates) {
  PromptByHand prompt = computation(looking_at({0, 0, 0, 0, 1, 2, 3}));
  std::erase_if(prompt.roles, [](const Role& role) { return role.name == "input_now"; });
  EXPECT_THAT([&] { observe_by_hand("iteration", {}, prompt); }, testing::ThrowsMessage<std::exception>(testing::HasSubstr("an input more than states")));
}

}  // namespace
}  // namespace headlight::testing_support
