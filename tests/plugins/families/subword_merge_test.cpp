#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/plugins/family_by_hand.hpp"

namespace headlight::testing_support {
namespace {

// "A red wa|v|olo s": pieces 4 and 5 belong to the word of 3.
PromptByHand text(Rows rows) {
  return {.tokens = {0, 1, 2, 3, 4, 5, 6}, .sites = {{SiteKind::pattern, {{std::move(rows)}}}}, .words = {-1, 0, 1, 2, 2, 2, 3}};
}

TEST(SubwordMerge, IsWhatLaterPiecesGiveToEarlierOnesBeyondFirstPieces) {
  Rows rows = looking_at({0, 0, 0, 0, 3, 3, 0});
  EXPECT_EQ(observe_by_hand("subword-merge", {}, text(rows))[0][0], 1);
  rows[5] = {0.2f, 0, 0, 0.5f, 0.1f, 0.2f};
  rows[6] = {0.5f, 0, 0, 0, 0.1f, 0.3f, 0.1f};
  const auto grids = observe_by_hand("subword-merge", {}, text(rows));
  EXPECT_NEAR(grids[1][0], (1 + 0.6) / 2, 1e-6);
  EXPECT_NEAR(grids[2][0], 0.6, 1e-6) << "piece 5 has two before it";
  // First pieces 2, 3 and 6 have a token before them, 3 and 6 two: 6 gives 0.3 and 0.4.
  EXPECT_NEAR(grids[3][0], 0.7 / 5, 1e-6);
  EXPECT_NEAR(grids[0][0], 0.8 - 0.7 / 5, 1e-6);
  // First pieces 1, 2, 3 and 6: only 1 (to the first token) and 6 (0.3) give anything to the token before.
  EXPECT_NEAR(grids[4][0], 1.3 / 4, 1e-6);
  EXPECT_NEAR(grids[5][0], 0.8 / (1.3 / 4), 1e-5);
}

TEST(SubwordMerge, IsNothingForAPreviousTokenHead) {
  const auto grids = observe_by_hand("subword-merge", {}, text(looking_at({0, 0, 1, 2, 3, 4, 5})));
  EXPECT_NEAR(grids[0][0], 0, 1e-6);
  EXPECT_NEAR(grids[5][0], 1, 1e-6) << "selects nothing";
}

TEST(SubwordMerge, IsNothingForAHeadThatRests) { EXPECT_EQ(observe_by_hand("subword-merge", {}, text(looking_at({0, 0, 0, 0, 0, 0, 0})))[0][0], 0); }

TEST(SubwordMerge, WhereEveryWordIsOnePieceIsNotMeasured) {
  PromptByHand prompt = text(looking_at({0, 0, 0, 0, 3, 3, 0}));
  prompt.words = {-1, 0, 1, 2, 3, 4, 5};
  for (const auto& grid : observe_by_hand("subword-merge", {}, prompt)) EXPECT_TRUE(std::isnan(grid[0]));
}

}  // namespace
}  // namespace headlight::testing_support
