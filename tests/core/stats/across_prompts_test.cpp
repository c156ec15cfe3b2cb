#include "core/stats/across_prompts.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/base/random.hpp"
#include "core/stats/summary.hpp"

namespace headlight {
namespace {

const double kMissing = std::numeric_limits<double>::quiet_NaN();

double mean_of(const std::vector<double>& contributions) {
  std::vector<double> measured;
  for (const double each : contributions)
    if (!std::isnan(each)) measured.push_back(each);
  return mean(measured);
}

TEST(Correlation, IsPearsonsOverPrompts) {
  // numpy.corrcoef([1, 2, 4, 7], [2, 1, 5, 6])[0, 1]
  EXPECT_NEAR(mean_of(correlation_by_prompt({{1, 2, 4, 7}}, {{2, 1, 5, 6}})), 0.8997354108424372, 1e-12);
  EXPECT_NEAR(mean_of(correlation_by_prompt({{1, 2, 3}}, {{-2, -4, -6}})), -1, 1e-12);
}

TEST(Correlation, TakesAllPairsTogetherAndLeavesOutWhatIsNotMeasured) {
  const auto contributions = correlation_by_prompt({{1, 4, kMissing}, {2, 7, 9}}, {{2, 5, 3}, {1, 6, kMissing}});
  EXPECT_NEAR(mean_of(contributions), 0.8997354108424372, 1e-12);
  EXPECT_TRUE(std::isnan(contributions[2]));
}

TEST(Correlation, OfWhatDoesNotVaryIsNotMeasured) {
  for (const double each : correlation_by_prompt({{0.1, 0.1, 0.1, 0.1}}, {{1, 2, 3, 4}})) EXPECT_TRUE(std::isnan(each));
  for (const double each : correlation_by_prompt({{1, 2}}, {{1, 2}})) EXPECT_TRUE(std::isnan(each)) << "two points are always on a line";
}

TEST(Information, IsTheEntropyOfWhatIsKnownWhollyLessWhatChanceGives) {
  std::vector<double> letters;
  for (int p = 0; p < 400; ++p) letters.push_back(p % 4);
  EXPECT_NEAR(mean_of(information_by_prompt({letters}, {letters})), std::log(4.0), 0.02) << "400 prompts seem to tell little";
  // Of two and two: shuffled, a third of the pairings tell all (log 2) and the others nothing.
  EXPECT_NEAR(mean_of(information_by_prompt({{0, 0, 1, 1}}, {{3, 3, 5, 5}})), std::log(2.0) * 2 / 3, 1e-12);
}

TEST(Information, OfIndependentLettersIsNoneOnTheAverageHoweverFewThePrompts) {
  Random random(11);
  double sum = 0;
  constexpr int kTrials = 2000, kPrompts = 16;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<double> favourite, right;
    for (int p = 0; p < kPrompts; ++p) favourite.push_back(static_cast<double>(random.below(4))), right.push_back(p % 4);
    sum += mean_of(information_by_prompt({favourite}, {right}));
  }
  EXPECT_NEAR(sum / kTrials, 0, 0.015) << "unadjusted it is 0.37";
}

TEST(Information, OfAHeadWithOneFavouriteIsNone) {
  EXPECT_EQ(mean_of(information_by_prompt({{2, 2, 2, 2}}, {{0, 1, 2, 3}})), 0);
}

TEST(Steadiness, IsOneLessTheMeanDeviationOverPrompts) {
  // Deviations (divided by n): 0.1 and 0.3.
  EXPECT_NEAR(mean_of(steadiness_by_prompt({{0.4, 0.6}, {0.2, 0.8}})), 1 - (0.1 + 0.3) / 2, 1e-12);
  EXPECT_EQ(mean_of(steadiness_by_prompt({{0.7, 0.7, 0.7}})), 1);
}

TEST(Steadiness, LeavesOutSeriesWithFewerThanTwoPrompts) {
  const auto contributions = steadiness_by_prompt({{0.4, 0.6, kMissing}, {kMissing, kMissing, 0.9}});
  EXPECT_NEAR(mean_of(contributions), 0.9, 1e-12);
  EXPECT_TRUE(std::isnan(contributions[2]));
  for (const double each : steadiness_by_prompt({{kMissing, 0.5}})) EXPECT_TRUE(std::isnan(each));
}

}  // namespace
}  // namespace headlight
