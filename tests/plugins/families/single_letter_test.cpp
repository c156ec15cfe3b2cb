#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/plugins/family_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// Letters at 1, 3, 5 and 7, the query at 9; `correct` is one of them.
PromptByHand single_letter_question(std::vector<float> last_row, int correct) {
  std::vector<std::vector<float>> pattern;
  for (size_t query = 0; query < 10; ++query) {
    pattern.emplace_back(query + 1, 0.0f);
    pattern.back()[0] = 1;
  }
  pattern.back() = std::move(last_row);
  return {.tokens = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
          .sites = {{SiteKind::pattern, {{pattern}}}},
          .roles = {{"letter_1", 1, 2}, {"letter_2", 3, 4}, {"letter_3", 5, 6}, {"letter_4", 7, 8},
                    {"correct_letter", correct, correct + 1}, {"end", 9, 10}}};
}

TEST(SingleLetter, IsTheShareOfEachLetterInWhatTheLettersGet) {
  const auto grids = observe_by_hand("single-letter", {}, single_letter_question({0.5f, 0.3f, 0, 0.1f, 0, 0.05f, 0, 0.05f, 0, 0}, 3));
  EXPECT_TRUE(std::isnan(grids[0][0])) << "the best letter is chosen over all prompts, by the host";
  EXPECT_NEAR(grids[1][0], 0.6, 1e-6);
  EXPECT_NEAR(grids[2][0], 0.2, 1e-6);
  EXPECT_NEAR(grids[3][0], 0.1, 1e-6);
  EXPECT_NEAR(grids[4][0], 0.1, 1e-6);
  EXPECT_NEAR(grids[5][0], 0.5, 1e-6);
  EXPECT_EQ(grids[6][0], 0) << "letter 1 gets most, letter 2 is right";
}

TEST(SingleLetter, KeepsItsLetterWhenTheAnswerMoves) {
  for (const int correct : {1, 3, 5, 7}) {
    const auto grids = observe_by_hand("single-letter", {}, single_letter_question({0, 0, 0, 0, 0, 1, 0, 0, 0, 0}, correct));
    EXPECT_EQ(grids[3][0], 1);
    EXPECT_EQ(grids[1][0], 0);
    EXPECT_EQ(grids[6][0], correct == 5 ? 1 : 0);
  }
}

TEST(SingleLetter, OfAHeadThatRestsElsewhereIsNothing) {
  const auto grids = observe_by_hand("single-letter", {}, single_letter_question({0.9f, 0.1f, 0, 0, 0, 0, 0, 0, 0, 0}, 1));
  for (const size_t output : {1, 2, 3, 4}) EXPECT_EQ(grids[output][0], 0) << output;
  EXPECT_TRUE(std::isnan(grids[6][0])) << "it has no favourite that could be right";
  EXPECT_NEAR(grids[5][0], 0.1, 1e-6) << "how little it is engaged is known";
}

TEST(SingleLetter, NeedsTheLetters) {
  PromptByHand prompt = single_letter_question({1, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 1);
  prompt.roles = {{"end", 9, 10}};
  EXPECT_THAT([&] { observe_by_hand("single-letter", {}, prompt); },
              testing::ThrowsMessage<std::exception>(testing::HasSubstr("need the roles letter_1 to letter_4")));
}

}  // namespace
}  // namespace headlight::testing_support
