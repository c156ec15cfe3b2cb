#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugins/answer_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// "the capital of France 5 is" -> Paris 8, not Rome 9.
PromptByHand capital(const std::vector<std::vector<float>>& rows) {
  PromptByHand prompt = prompt_by_hand({0, 3, 4, 5, 6}, rows);
  prompt.roles = {{"subject", 3, 4}, {"end", 4, 5}};
  prompt.answers = {8};
  prompt.wrong = {9};
  return prompt;
}

TEST(Mover, LooksAtTheSubjectAndRaisesTheAnswer) {
  CircuitsByHand circuits(3, kVocabularyByHand);
  circuits.ov[{0, 0}] = maps({{5, 8}}, 2);
  circuits.ov[{0, 1}] = maps({{5, 8}}, 2);
  circuits.ov[{0, 2}] = maps({{5, 9}}, 2);
  const auto grids = answer_by_hand("mover", circuits, capital({{0.3f, 0, 0, 0.7f, 0}, {0.9f, 0, 0, 0.1f, 0}, {0.3f, 0, 0, 0.7f, 0}}));
  EXPECT_EQ(grids[0][0], 1);
  EXPECT_NEAR(grids[1][0], 0.7, 1e-6);
  EXPECT_NEAR(grids[2][0], 1.4, 1e-6);
  EXPECT_EQ(grids[3][0], 0) << "no token is raised more";
  EXPECT_EQ(grids[0][1], 0) << "raises the answer, looks away";
  EXPECT_NEAR(grids[2][1], 0.2, 1e-6);
  EXPECT_NEAR(grids[2][2], -1.4, 1e-6) << "raises the wrong answer";
}

TEST(Mover, OfAHeadThatLowersTheAnswerIsNotOne) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = maps({{5, 8}}, -1);
  const auto grids = answer_by_hand("mover", circuits, capital({{0, 0, 0, 1, 0}}));
  EXPECT_EQ(grids[0][0], 0);
  EXPECT_EQ(grids[3][0], kVocabularyByHand - 1) << "every other token is raised more";
}

TEST(Mover, NeedsASubject) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  PromptByHand prompt = capital({{1, 0, 0, 0, 0}});
  prompt.roles = {};
  EXPECT_THAT([&] { answer_by_hand("mover", circuits, prompt); },
              testing::ThrowsMessage<std::exception>(testing::HasSubstr("need the role subject")));
}

}  // namespace
}  // namespace headlight::testing_support
