#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/plugins/family_by_hand.hpp"

namespace headlight::testing_support {
namespace {

constexpr int kVocabulary = 10;

// Letters 1 to 4 at the positions of the same number, letter 2 right, the query at 5. The head copies what it looks at.
HandGrids observe(std::vector<float> last_row, int correct = 2) {
  CircuitsByHand circuits(1, kVocabulary);
  CircuitsByHand::Matrix copy(kVocabulary, std::vector<float>(kVocabulary, 0.0f));
  for (size_t i = 0; i < kVocabulary; ++i) copy[i][i] = 3;
  circuits.ov[{0, 0}] = copy;
  std::vector<std::vector<float>> pattern, z;
  for (size_t query = 0; query < 6; ++query) {
    pattern.emplace_back(query + 1, 1.0f / static_cast<float>(query + 1));
    z.emplace_back(kVocabulary, 0.0f);
  }
  pattern.back() = last_row;
  std::copy(last_row.begin(), last_row.end(), z.back().begin());
  std::vector<int> wrong = {1, 2, 3, 4};
  std::erase(wrong, correct);
  const PromptByHand prompt = {.tokens = {0, 1, 2, 3, 4, 5},
                               .sites = {{SiteKind::pattern, {{pattern}}}, {SiteKind::z, {{z}}}},
                               .roles = {{"letter_1", 1, 2}, {"letter_2", 2, 3}, {"letter_3", 3, 4}, {"letter_4", 4, 5},
                                         {"correct_letter", correct, correct + 1}, {"end", 5, 6}},
                               .answers = {correct},
                               .wrong = wrong};
  return observe_by_hand("correct-letter", {.circuits = &circuits}, prompt);
}

TEST(CorrectLetter, IsTheRightLettersShareAndWhatTheHeadWrites) {
  const auto grids = observe({0.5f, 0.1f, 0.3f, 0.1f, 0, 0});
  EXPECT_NEAR(grids[0][0], 0.6, 1e-6);
  EXPECT_EQ(grids[1][0], grids[0][0]);
  EXPECT_EQ(grids[2][0], 1);
  EXPECT_NEAR(grids[3][0], 0.5, 1e-6);
  EXPECT_NEAR(grids[4][0], 3 * (0.3 - 0.2 / 3), 1e-6);
}

TEST(CorrectLetter, FollowsTheAnswer) {
  EXPECT_EQ(observe({0, 0, 1, 0, 0, 0}, 2)[0][0], 1);
  const auto moved = observe({0, 0, 1, 0, 0, 0}, 4);
  EXPECT_EQ(moved[0][0], 0) << "one that stays where it was does not";
  EXPECT_EQ(moved[2][0], 0);
  EXPECT_NEAR(moved[4][0], -1, 1e-6) << "and writes a wrong letter";
}

TEST(CorrectLetter, OfAHeadThatRestsElsewhereIsNothing) {
  const auto grids = observe({0.9f, 0, 0.1f, 0, 0, 0});
  EXPECT_EQ(grids[0][0], 0);
  EXPECT_TRUE(std::isnan(grids[1][0]));
  EXPECT_TRUE(std::isnan(grids[2][0]));
  EXPECT_NEAR(grids[4][0], 0.3, 1e-6) << "what it writes is known all the same";
}

TEST(CorrectLetter, NeedsTheLetters) {
  CircuitsByHand circuits(1, kVocabulary);
  const PromptByHand prompt = {.tokens = {0}, .sites = {}, .roles = {{"end", 0, 1}}};
  EXPECT_THAT([&] { observe_by_hand("correct-letter", {.circuits = &circuits}, prompt); },
              testing::ThrowsMessage<std::exception>(testing::HasSubstr("need the roles letter_1 to letter_4")));
}

}  // namespace
}  // namespace headlight::testing_support
