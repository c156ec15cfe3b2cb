#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/plugins/family_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// Letters at 1, 3, 5 and 7, the query at 9; letter 2 is right.
PromptByHand question_of_letters(std::vector<float> last_row) {
  std::vector<std::vector<float>> pattern;
  for (size_t query = 0; query < 10; ++query) {
    pattern.emplace_back(query + 1, 0.0f);
    pattern.back()[0] = 1;
  }
  pattern.back() = std::move(last_row);
  return {.tokens = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
          .sites = {{SiteKind::pattern, {{pattern}}}},
          .roles = {{"letter_1", 1, 2}, {"letter_2", 3, 4}, {"letter_3", 5, 6}, {"letter_4", 7, 8}, {"correct_letter", 3, 4}, {"end", 9, 10}}};
}

TEST(Constant, IsOneWhereAllLettersGetAlike) {
  const auto grids = observe_by_hand("constant", {}, question_of_letters({0.6f, 0.1f, 0, 0.1f, 0, 0.1f, 0, 0.1f, 0, 0}));
  EXPECT_NEAR(grids[0][0], 1, 1e-6);
  EXPECT_NEAR(grids[1][0], 1, 1e-6);
  EXPECT_NEAR(grids[2][0], 0.4, 1e-6);
}

TEST(Constant, IsZeroWhereOneLetterGetsAll) {
  const auto grids = observe_by_hand("constant", {}, question_of_letters({0, 0, 0, 1, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(grids[0][0], 0);
  EXPECT_EQ(grids[3][0], 1) << "and it is the right one";
  EXPECT_EQ(grids[4][0], 1) << "the second, counted from 0";
  EXPECT_EQ(grids[5][0], 1);
}

TEST(Constant, IsHalfWhereTwoLettersShare) {
  const auto grids = observe_by_hand("constant", {}, question_of_letters({0.2f, 0.4f, 0, 0, 0, 0, 0, 0.4f, 0, 0}));
  EXPECT_NEAR(grids[0][0], 0.5, 1e-6) << "log 2 / log 4";
  EXPECT_EQ(grids[3][0], 0);
}

TEST(Constant, DoesNotCareWhichLetterIsWhich) {
  const auto one = observe_by_hand("constant", {}, question_of_letters({0.2f, 0.4f, 0, 0.2f, 0, 0.1f, 0, 0.1f, 0, 0}));
  const auto other = observe_by_hand("constant", {}, question_of_letters({0.2f, 0.1f, 0, 0.1f, 0, 0.4f, 0, 0.2f, 0, 0}));
  EXPECT_NEAR(one[0][0], other[0][0], 1e-6);
}

TEST(Constant, OfAHeadThatRestsElsewhereIsNothing) {
  const auto grids = observe_by_hand("constant", {}, question_of_letters({0.9f, 0.025f, 0, 0.025f, 0, 0.025f, 0, 0.025f, 0, 0}));
  EXPECT_EQ(grids[0][0], 0);
  EXPECT_TRUE(std::isnan(grids[1][0])) << "how evenly it spreads so little says nothing";
  EXPECT_TRUE(std::isnan(grids[4][0]) && std::isnan(grids[5][0])) << "nor what it favours";
  EXPECT_NEAR(grids[2][0], 0.1, 1e-6);
}

TEST(Constant, NeedsTheLetters) {
  PromptByHand prompt = question_of_letters({1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  prompt.roles = {{"end", 9, 10}};
  EXPECT_THAT([&] { observe_by_hand("constant", {}, prompt); },
              testing::ThrowsMessage<std::exception>(testing::HasSubstr("need the roles letter_1 to letter_4")));
}

}  // namespace
}  // namespace headlight::testing_support
