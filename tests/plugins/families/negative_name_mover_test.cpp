#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugins/answer_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// Ann 1, Bob 2: "Ann met Bob; Bob gave" -> Ann. The head looks at Ann.
PromptByHand ioi() {
  PromptByHand prompt = prompt_by_hand({0, 1, 3, 2, 2, 4}, {{0.1f, 0.6f, 0.1f, 0.05f, 0.1f, 0.05f}});
  prompt.roles = {{"io", 1, 2}, {"s1", 3, 4}, {"s2", 4, 5}, {"end", 5, 6}};
  prompt.answers = {1};
  prompt.wrong = {2};
  return prompt;
}

TEST(NegativeNameMover, IsWhatItTakesFromTheNameThatItSees) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = copies(-2);
  const auto grids = answer_by_hand("negative-name-mover", circuits, ioi());
  EXPECT_NEAR(grids[0][0], 2 * (0.6 - 0.15), 1e-6);
  EXPECT_NEAR(grids[1][0], 0.6, 1e-6) << "attention to the indirect object";
  EXPECT_NEAR(grids[2][0], 0.15, 1e-6) << "attention to both places of the subject";
  EXPECT_EQ(grids[3][0], 1) << "every name comes back as the most suppressed token";
}

TEST(NegativeNameMover, OfANameMoverIsNegative) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = copies(1);
  const auto grids = answer_by_hand("negative-name-mover", circuits, ioi());
  EXPECT_LT(grids[0][0], 0);
  EXPECT_EQ(grids[3][0], 0);
}

TEST(NegativeNameMover, OfAHeadThatWritesNothingIsZero) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  EXPECT_EQ(answer_by_hand("negative-name-mover", circuits, ioi())[0][0], 0);
}

TEST(NegativeNameMover, NeedsTheNames) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  PromptByHand prompt = ioi();
  prompt.roles = {{"end", 5, 6}};
  EXPECT_THAT([&] { answer_by_hand("negative-name-mover", circuits, prompt); },
              testing::ThrowsMessage<std::exception>(testing::HasSubstr("need the roles io, s1 and s2")));
}

}  // namespace
}  // namespace headlight::testing_support
