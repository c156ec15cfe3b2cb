#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugins/answer_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// "the capital of France 5 is Rome 9; in reality, the capital of France 5 is 6" -> Paris 8, stated Rome 9.
PromptByHand conflict(const std::vector<float>& last_row, bool asks_what_is_known) {
  PromptByHand prompt = prompt_by_hand({0, 5, 9, 5, 6}, {last_row});
  prompt.roles = {{"context_subject", 1, 2}, {"context_answer", 2, 3}, {"subject", 3, 4}, {"end", 4, 5}};
  prompt.answers = {asks_what_is_known ? 8 : 9};
  prompt.wrong = {asks_what_is_known ? 9 : 8};
  return prompt;
}

TEST(Context, IsWhatTheStatedAnswerBringsWhicheverAnswerIsAsked) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = copies(2);
  for (const bool asks_what_is_known : {false, true}) {
    const auto grids = answer_by_hand("context", circuits, conflict({0.4f, 0, 0.6f, 0, 0}, asks_what_is_known));
    EXPECT_NEAR(grids[0][0], 1.2, 1e-6);
    EXPECT_NEAR(grids[1][0], 1.2, 1e-6);
    EXPECT_NEAR(grids[2][0], 0.6, 1e-6);
    const double mean = 2.0 / kVocabularyByHand;  // of the logits that it adds to all tokens
    EXPECT_NEAR(grids[3][0], 1.2 - mean, 1e-6) << "on the stated answer alone";
    EXPECT_NEAR(grids[4][0], 0 - mean, 1e-6);
  }
}

TEST(Context, OfAHeadThatRecallsAgainstTheContextIsZeroFromThere) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = maps({{5, 8}});
  const auto grids = answer_by_hand("context", circuits, conflict({0, 0.25f, 0, 0.75f, 0}, false));
  EXPECT_EQ(grids[0][0], 0);
  EXPECT_NEAR(grids[1][0], -1, 1e-6);
}

TEST(Context, OfAHeadThatReadsTheStatedAnswerAndWritesAnotherIsZero) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = maps({{9, 3}});
  EXPECT_EQ(answer_by_hand("context", circuits, conflict({0, 0, 1, 0, 0}, false))[0][0], 0);
}

TEST(Memory, IsWhatItRecallsOfTheSubjectWhicheverAnswerIsAsked) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = maps({{5, 8}}, 2);
  for (const bool asks_what_is_known : {false, true}) {
    const auto grids = answer_by_hand("memory", circuits, conflict({0.1f, 0.2f, 0, 0.7f, 0}, asks_what_is_known));
    EXPECT_NEAR(grids[0][0], 1.8, 1e-6);
    EXPECT_NEAR(grids[1][0], 1.8, 1e-6) << "both places of the subject";
    EXPECT_EQ(grids[2][0], 0);
    EXPECT_NEAR(grids[3][0], 0.9, 1e-6);
    EXPECT_NEAR(grids[4][0], -1.8 / kVocabularyByHand, 1e-6) << "on the stated answer: nothing but the mean";
    EXPECT_NEAR(grids[5][0], 1.8 - 1.8 / kVocabularyByHand, 1e-6);
  }
}

TEST(Memory, OfAHeadThatSuppressesTheStatedAnswerShowsThatItComesFromThere) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = copies(-1);
  const auto grids = answer_by_hand("memory", circuits, conflict({0, 0, 1, 0, 0}, true));
  EXPECT_NEAR(grids[0][0], 1, 1e-6);
  EXPECT_EQ(grids[1][0], 0);
  EXPECT_NEAR(grids[2][0], 1, 1e-6);
}

TEST(Memory, OfAContextHeadIsNegative) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = copies(1);
  EXPECT_NEAR(answer_by_hand("memory", circuits, conflict({0, 0, 1, 0, 0}, true))[0][0], -1, 1e-6);
}

TEST(ContextAndMemory, NeedAStatedAnswer) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  PromptByHand prompt = conflict({1, 0, 0, 0, 0}, true);
  prompt.roles = {{"subject", 3, 4}};
  for (const char* family : {"context", "memory"})
    EXPECT_THAT([&] { answer_by_hand(family, circuits, prompt); },
                testing::ThrowsMessage<std::exception>(testing::HasSubstr("need the role context_answer")));
}

}  // namespace
}  // namespace headlight::testing_support
