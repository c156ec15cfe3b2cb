#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugins/answer_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// "the capital of France 5 is" -> Paris 8, not Rome 9.
PromptByHand pair(size_t n_heads) {
  PromptByHand prompt = prompt_by_hand({0, 5, 6}, std::vector<std::vector<float>>(n_heads, {1, 0, 0}));
  prompt.roles = {{"subject", 1, 2}, {"end", 2, 3}};
  prompt.answers = {8};
  prompt.wrong = {9};
  return prompt;
}

TEST(AssociativeMemory, RecallsWhatItsWeightsLeadTo) {
  CircuitsByHand circuits(3, kVocabularyByHand);
  circuits.ov[{0, 0}] = maps({{5, 8}});
  circuits.ov[{0, 1}] = maps({{5, 8}, {5, 9}});  // undecided, then more of another token than of the wrong answer
  circuits.ov[{0, 1}][5][3] = 2;
  circuits.ov[{0, 1}][5][9] = 0.5f;
  circuits.ov[{0, 2}] = maps({{5, 9}, {7, 8}});  // the value of another key
  const auto grids = answer_by_hand("associative-memory", circuits, pair(3));
  EXPECT_EQ(grids[1][0], 1);
  EXPECT_EQ(grids[2][0], 1);
  EXPECT_EQ(grids[3][0], 1);
  EXPECT_EQ(grids[1][1], 0) << "not the best of all tokens";
  EXPECT_EQ(grids[3][1], 1) << "but better than the wrong one";
  EXPECT_EQ(grids[1][2], 0);
  EXPECT_EQ(grids[3][2], 0);
}

TEST(AssociativeMemory, OfAHeadThatWritesNothingIsNotMeasured) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  const auto grids = answer_by_hand("associative-memory", circuits, pair(1));
  EXPECT_TRUE(std::isnan(grids[1][0]));
}

TEST(AssociativeMemory, NeedsASubjectAndItsValue) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  PromptByHand prompt = pair(1);
  prompt.roles = {};
  EXPECT_THAT([&] { answer_by_hand("associative-memory", circuits, prompt); },
              testing::ThrowsMessage<std::exception>(testing::HasSubstr("need the role subject")));
}

}  // namespace
}  // namespace headlight::testing_support
