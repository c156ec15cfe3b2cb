#include "storage/overlap.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace headlight {
namespace {

// Expected: scipy 1.x, spearmanr and binomtest(3, 8).proportion_ci("wilson"); the interval by Bonett and Wright's formula.
TEST(FamilyOverlap, AgreesWithScipy) {
  const std::vector<double> a = {0.9, 0.1, 0.3, 0.3, 0.7, 0.2, 0.05, 0.6}, b = {0.8, 0.2, 0.1, 0.4, 0.9, 0.3, 0.02, 0.1};
  FamilyOverlap overlap{.n_a = 5, .n_b = 6, .n_both = 3};
  describe_overlap(a, b, overlap);
  EXPECT_NEAR(*overlap.correlation, 0.6566265060240963, 1e-12);
  EXPECT_NEAR(*overlap.correlation_low, -0.17763074983237837, 1e-9);
  EXPECT_NEAR(*overlap.correlation_high, 0.9417448647872434, 1e-9);
  EXPECT_EQ(*overlap.share, 3.0 / 8);
  EXPECT_NEAR(*overlap.share_low, 0.13684428582359737, 1e-12);
  EXPECT_NEAR(*overlap.share_high, 0.6942576053973728, 1e-12);
}

TEST(FamilyOverlap, OfAFamilyWithItselfIsWholeAndOfItsOppositeNegative) {
  const std::vector<double> a = {1, 2, 3, 4, 5, 6};
  std::vector<double> turned(a.rbegin(), a.rend());
  FamilyOverlap same{.n_a = 2, .n_b = 2, .n_both = 2}, opposite;
  describe_overlap(a, a, same);
  describe_overlap(a, turned, opposite);
  EXPECT_EQ(*same.share, 1);
  EXPECT_NEAR(*same.correlation, 1, 1e-12);
  EXPECT_NEAR(*opposite.correlation, -1, 1e-12);
  EXPECT_FALSE(opposite.share) << "neither family has a head";
}

TEST(FamilyOverlap, IsNotGuessedFromFewHeadsOrEqualScores) {
  FamilyOverlap few, equal;
  describe_overlap({1, 2, 3, 4}, {1, 2, 3, 4}, few);
  describe_overlap({1, 1, 1, 1, 1, 1}, {1, 2, 3, 4, 5, 6}, equal);
  EXPECT_FALSE(few.correlation);
  EXPECT_FALSE(equal.correlation);
}

}  // namespace
}  // namespace headlight
