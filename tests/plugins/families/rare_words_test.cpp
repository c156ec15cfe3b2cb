#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/plugins/family_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// "the dog the quokka the the the the the the": the animal that nobody counts is at 4. Queries 8 and 9 are counted.
PromptByHand text_of_keys(const std::vector<int>& keys) {
  PromptByHand prompt{.tokens = std::vector<int>(10, 0), .sites = {{SiteKind::pattern, {{looking_at(keys)}}}}};
  prompt.pieces = {"<s>", "The", " dog", " the", " quokka", " the", " the", " the", " the", " the"};
  prompt.words = {-1, 0, 1, 2, 3, 4, 5, 6, 7, 8};
  return prompt;
}

TEST(RareWords, IsOneForAHeadThatLooksAtTheRarestWord) {
  const auto grids = observe_by_hand("rare-words", {}, text_of_keys({0, 0, 0, 0, 0, 0, 0, 0, 4, 4}));
  EXPECT_EQ(grids[0][0], 1);
  EXPECT_EQ(grids[1][0], 1);
  EXPECT_GT(grids[2][0], 0);
  EXPECT_NEAR(grids[3][0], (1.0 / 8 + 1.0 / 9) / 2, 1e-6) << "one of the eight, then nine, words would be the rarest";
}

// Keys 1 to 7 of query 8 in words' order of rarity but for two neighbours that get all but the same: their ranks go over into each other.
TEST(RareWords, TakesWeightsThatAreAllButTheSameForATie) {
  PromptByHand prompt = text_of_keys({0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  prompt.tokens.resize(9);
  prompt.pieces = {"<s>", "the", " is", " in", " of", " to", " quokka", " that", " went"};
  prompt.words.resize(9);
  Rows& rows = prompt.sites[SiteKind::pattern][0][0];
  rows.resize(9);
  const auto correlation = [&](float third, float fourth) {
    rows[8] = {0.1f, 0.01f, 0.02f, third, fourth, 0.05f, 0.5f, 0.06f, 0.1f};
    return observe_by_hand("rare-words", {}, prompt)[2][0];
  };
  const double below = correlation(0.03f, 0.04f), above = correlation(0.04f, 0.03f), tie = correlation(0.03f, 0.03f);
  EXPECT_GT(below, above) << "\"of\" is rarer than \"in\"";
  EXPECT_NEAR(below, 1, 1e-6);
  EXPECT_NEAR(above, 27.0 / 28, 1e-6);
  EXPECT_NEAR(tie, std::sqrt(27.5 / 28), 1e-6) << "the two share a rank";
  EXPECT_NEAR(correlation(0.03f, 0.0300001f), tie, 0.01 * (below - above)) << "a last bit changes next to nothing";
  EXPECT_NEAR(correlation(0.03f, 0.03015f), below, 1e-6) << "half a percent is no tie";
}

TEST(RareWords, TellsTheSecondRarestFromTheRarest) {
  const auto grids = observe_by_hand("rare-words", {}, text_of_keys({0, 0, 0, 0, 0, 0, 0, 0, 2, 4}));
  EXPECT_EQ(grids[0][0], 0.5);
  EXPECT_EQ(grids[1][0], 1) << "the dog is rarer than the";
}

TEST(RareWords, IsZeroForAHeadThatLooksAtFrequentOnes) {
  const auto grids = observe_by_hand("rare-words", {}, text_of_keys({0, 0, 0, 0, 0, 0, 0, 0, 3, 5}));
  EXPECT_EQ(grids[0][0], 0);
  EXPECT_EQ(grids[1][0], 0);
  EXPECT_LT(grids[2][0], 0);
}

TEST(RareWords, AmongFrequentWordsOnlyIsNotMeasured) {
  PromptByHand prompt = text_of_keys({0, 0, 0, 0, 0, 0, 0, 0, 4, 4});
  prompt.pieces[2] = prompt.pieces[4] = " of";
  for (const auto& grid : observe_by_hand("rare-words", {}, prompt)) EXPECT_TRUE(std::isnan(grid[0]));
}

TEST(RareWords, TakesAWordOfSeveralPiecesForOne) {
  PromptByHand prompt = text_of_keys({0, 0, 0, 0, 0, 0, 0, 0, 3, 4});
  prompt.pieces[3] = " quo";
  prompt.pieces[4] = "kka";
  prompt.words = {-1, 0, 1, 2, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(observe_by_hand("rare-words", {}, prompt)[0][0], 1);
}

}  // namespace
}  // namespace headlight::testing_support
