#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugins/answer_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// Monday 1, Tuesday 2, Wednesday 3: "After Monday comes" -> Tuesday.
PromptByHand after(int item, size_t n_heads) {
  PromptByHand prompt = prompt_by_hand({0, item, 6}, std::vector<std::vector<float>>(n_heads, {1, 0, 0}));
  prompt.roles = {{"item", 1, 2}, {"end", 2, 3}};
  prompt.answers = {item + 1};
  for (int day = 1; day <= 4; ++day)
    if (day != item + 1) prompt.wrong.push_back(day);
  return prompt;
}

TEST(Successor, LeadsFromEachMemberToTheNext) {
  CircuitsByHand circuits(3, kVocabularyByHand);
  circuits.ov[{0, 0}] = maps({{1, 2}, {2, 3}, {3, 4}});
  circuits.ov[{0, 1}] = copies(2);  // comes back to the member itself, and prefers the next one to the rest
  for (size_t i = 0; i + 1 < kVocabularyByHand; ++i) circuits.ov[{0, 1}][i][i + 1] = 1;
  circuits.ov[{0, 2}] = maps({{1, 2}, {2, 2}, {3, 2}});  // whatever it is, Tuesday
  double sums[3] = {0, 0, 0}, without_self = 0;
  for (const int item : {1, 2, 3}) {
    const auto grids = answer_by_hand("successor", circuits, after(item, 3));
    for (size_t h = 0; h < 3; ++h) sums[h] += grids[0][h] / 3;
    without_self += grids[1][1] / 3;
    EXPECT_EQ(grids[2][0], 1) << "from the plain embedding, which is the effective one here but for a factor";
  }
  EXPECT_NEAR(sums[0], 1, 1e-9);
  EXPECT_NEAR(sums[1], 0, 1e-9);
  EXPECT_NEAR(without_self, 1, 1e-9);
  EXPECT_NEAR(sums[2], 1.0 / 3, 1e-9);
}

TEST(Successor, OfAHeadThatWritesNothingIsZero) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  const auto grids = answer_by_hand("successor", circuits, after(1, 1));
  EXPECT_EQ(grids[0][0], 0) << "no member is better than another";
}

TEST(Successor, NeedsAnItem) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  PromptByHand prompt = after(1, 1);
  prompt.roles = {};
  EXPECT_THAT([&] { answer_by_hand("successor", circuits, prompt); },
              testing::ThrowsMessage<std::exception>(testing::HasSubstr("need the role item")));
}

}  // namespace
}  // namespace headlight::testing_support
