#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugins/answer_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// "Zonal 4 Quality 5 (Z 7" -> Q 8; the other letters are Z 7 and A 9. The residual stream at the last token is that of Z, so that Z is
// the best other letter.
PromptByHand acronym(const std::vector<std::vector<float>>& rows) {
  PromptByHand prompt = prompt_by_hand({0, 4, 5, 6, 7}, rows);
  prompt.roles = {{"target_word", 2, 3}, {"end", 4, 5}};
  prompt.answers = {8};
  prompt.wrong = {7, 9};
  return prompt;
}

TEST(LetterMover, IsWhatItAddsToTheLetterBeyondTheBestOther) {
  CircuitsByHand circuits(2, kVocabularyByHand);
  circuits.ov[{0, 0}] = maps({{4, 7}, {5, 8}}, 3);  // words to their letters
  circuits.ov[{0, 1}] = maps({{5, 9}}, 2);          // Quality to A: right attention, wrong letter
  const auto grids = answer_by_hand("letter-mover", circuits, acronym({{0.1f, 0.2f, 0.7f, 0, 0}, {0.5f, 0, 0.5f, 0, 0}}));
  EXPECT_NEAR(grids[0][0], 3 * (0.7 - 0.2), 1e-6);
  EXPECT_NEAR(grids[1][0], 3 * (0.7 - 0.1), 1e-6) << "the mean of the others is half of Z's";
  EXPECT_NEAR(grids[2][0], 0.7, 1e-6);
  EXPECT_EQ(grids[3][0], 1);
  EXPECT_NEAR(grids[0][1], 0, 1e-6) << "A is not the best other letter";
  EXPECT_NEAR(grids[1][1], -0.5, 1e-6);
  EXPECT_EQ(grids[3][1], 0);
}

TEST(LetterMover, OfAHeadThatLooksElsewhereIsNotOne) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = maps({{4, 7}, {5, 8}});
  const auto grids = answer_by_hand("letter-mover", circuits, acronym({{0, 1, 0, 0, 0}}));
  EXPECT_NEAR(grids[0][0], -1, 1e-6) << "it writes the letter before";
  EXPECT_EQ(grids[2][0], 0);
}

TEST(LetterMover, ReadsTheSameFromTiles) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = maps({{5, 8}});
  const auto prompt = acronym({{0, 0, 1, 0, 0}});
  EXPECT_EQ(answer_by_hand("letter-mover", circuits, prompt, {2, 5}), answer_by_hand("letter-mover", circuits, prompt));
}

TEST(LetterMover, NeedsTheWordAndLetters) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  PromptByHand prompt = acronym({{1, 0, 0, 0, 0}});
  prompt.roles = {};
  EXPECT_THAT([&] { answer_by_hand("letter-mover", circuits, prompt); },
              testing::ThrowsMessage<std::exception>(testing::HasSubstr("need the role target_word")));
  prompt = acronym({{1, 0, 0, 0, 0}});
  prompt.wrong = {};
  EXPECT_THAT([&] { answer_by_hand("letter-mover", circuits, prompt); },
              testing::ThrowsMessage<std::exception>(testing::HasSubstr("need a right and a wrong answer")));
}

}  // namespace
}  // namespace headlight::testing_support
