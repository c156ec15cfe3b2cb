#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugins/answer_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// "A 1 . x, B 2 . y, C 3 . z, Answer 10 : 11", the right one being the CORRECT-th.
PromptByHand two_letter_question(const std::vector<float>& last_row, int correct) {
  PromptByHand prompt = prompt_by_hand({0, 1, 7, 2, 8, 3, 9, 10, 11}, {last_row});
  prompt.roles = {{"letter_1", 1, 2}, {"letter_2", 3, 4}, {"letter_3", 5, 6}, {"correct_letter", 2 * correct - 1, 2 * correct}, {"end", 8, 9}};
  prompt.answers = {correct};
  for (int letter = 1; letter <= 3; ++letter)
    if (letter != correct) prompt.wrong.push_back(letter);
  return prompt;
}

HandGrids measure_letters(const char* family, const CircuitsByHand::Matrix& ov, const PromptByHand& prompt) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = ov;
  return answer_by_hand(family, circuits, prompt);
}

TEST(CorrectLetter, LooksAtTheRightLetterAndRaisesIt) {
  const auto grids = measure_letters("correct-letter", copies(2), two_letter_question({0.2f, 0.1f, 0, 0.6f, 0, 0.1f, 0, 0, 0}, 2));
  EXPECT_NEAR(grids[0][0], 0.75, 1e-6);
  EXPECT_NEAR(grids[1][0], 0.75, 1e-6);
  EXPECT_NEAR(grids[2][0], 0.8, 1e-6);
  EXPECT_EQ(grids[3][0], 1);
  EXPECT_NEAR(grids[4][0], 2 * (0.6 - 0.1), 1e-6);
}

TEST(CorrectLetter, OfAHeadThatLooksAtOneLetterIsRightOnlyAsOftenAsThatLetter) {
  double sum = 0;
  for (const int correct : {1, 2, 3}) sum += measure_letters("correct-letter", copies(1), two_letter_question({0, 0, 0, 1, 0, 0, 0, 0, 0}, correct))[0][0];
  EXPECT_NEAR(sum / 3, 1.0 / 3, 1e-6);
}

TEST(CorrectLetter, OfAHeadThatLooksButLowersTheLetterIsZero) {
  const auto grids = measure_letters("correct-letter", copies(-1), two_letter_question({0, 0, 0, 1, 0, 0, 0, 0, 0}, 2));
  EXPECT_EQ(grids[0][0], 0);
  EXPECT_EQ(grids[1][0], 1);
}

TEST(CorrectLetter, OfAHeadAtRestHasNoPart) {
  const auto grids = measure_letters("correct-letter", copies(1), two_letter_question({0.9f, 0, 0, 0.1f, 0, 0, 0, 0, 0}, 2));
  EXPECT_EQ(grids[0][0], 0);
  EXPECT_TRUE(std::isnan(grids[1][0])) << "the letters get less than 0.2";
  EXPECT_NEAR(grids[2][0], 0.1, 1e-6);
}

TEST(CorrectLetter, NeedsTheLetters) {
  PromptByHand prompt = two_letter_question({1, 0, 0, 0, 0, 0, 0, 0, 0}, 1);
  prompt.roles = {{"correct_letter", 1, 2}};
  EXPECT_THAT([&] { measure_letters("correct-letter", copies(1), prompt); },
              testing::ThrowsMessage<std::exception>(testing::HasSubstr("need the roles letter_1")));
}

TEST(Amplification, RaisesTheRightLetterFromTheLastTokens) {
  const auto prompt = two_letter_question({0.25f, 0, 0, 0, 0, 0, 0, 0.25f, 0.5f}, 2);
  const auto grids = measure_letters("amplification", maps({{11, 2}}, 4), prompt);
  EXPECT_NEAR(grids[0][0], 2, 1e-6);
  EXPECT_NEAR(grids[1][0], 0.75, 1e-6);
  EXPECT_NEAR(grids[2][0], 2, 1e-6);
}

TEST(Amplification, OfAHeadThatLooksFurtherBackIsZero) {
  const auto grids = measure_letters("amplification", copies(4), two_letter_question({0, 0, 0, 0.6f, 0, 0, 0, 0, 0.4f}, 2));
  EXPECT_EQ(grids[0][0], 0);
  EXPECT_GT(grids[2][0], 0);
}

// A head that likes one letter, whatever is right, adds nothing over all letters.
TEST(Amplification, OfALikingForOneLetterIsZeroOverAllPlaces) {
  double sum = 0;
  for (const int correct : {1, 2, 3}) sum += measure_letters("amplification", maps({{11, 2}}), two_letter_question({0, 0, 0, 0, 0, 0, 0, 0, 1}, correct))[0][0];
  EXPECT_NEAR(sum, 0, 1e-6);
}

TEST(Amplification, LeavesTheFirstTokenOut) {
  PromptByHand prompt = prompt_by_hand({0, 11}, {{0.75f, 0.25f}});
  prompt.answers = {1};
  prompt.wrong = {2};
  EXPECT_NEAR(measure_letters("amplification", maps({{0, 1}}), prompt)[1][0], 0.25, 1e-6);
}

TEST(Amplification, NeedsAnswers) {
  PromptByHand prompt = two_letter_question({1, 0, 0, 0, 0, 0, 0, 0, 0}, 1);
  prompt.answers = {};
  EXPECT_THAT([&] { measure_letters("amplification", copies(1), prompt); },
              testing::ThrowsMessage<std::exception>(testing::HasSubstr("need a right and a wrong answer")));
}

}  // namespace
}  // namespace headlight::testing_support
