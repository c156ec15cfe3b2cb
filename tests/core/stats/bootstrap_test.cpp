#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/stats/summary.hpp"
#include "tests/core/stats/golden.hpp"

namespace headlight {
namespace {

// The quantile of B resampled means has a standard deviation of sqrt(p (1 - p) / B) / density standard errors of the mean: at
// p = 0.025 and B = 100,000 that is 0.0085. Values on a lattice (a share of 8) move by whole steps and get one step more.
TEST(Bootstrap, AgreesWithScipyWithinItsMonteCarloError) {
  const Json cases = golden("bootstrap");
  for (const Json& sample : cases.as_array()) {
    const auto values = numbers(sample["values"]);
    const double tolerance = 0.05 * sample["standard_error"].as_number() + (values.size() == 8 ? 0.125 : 0);
    const auto interval = bootstrap_mean_interval(values, 7, 100'000, sample["level"].as_number()).value();
    EXPECT_NEAR(interval.low, sample["low"].as_number(), tolerance);
    EXPECT_NEAR(interval.high, sample["high"].as_number(), tolerance);
  }
}

TEST(Bootstrap, IsTheSameForTheSameSeedOnly) {
  const std::vector<double> values{0.1, 0.9, 0.4, 0.35, 0.7};
  const auto first = bootstrap_mean_interval(values, 1).value(), again = bootstrap_mean_interval(values, 1).value(),
             other = bootstrap_mean_interval(values, 2).value();
  EXPECT_EQ(first.low, again.low);
  EXPECT_EQ(first.high, again.high);
  EXPECT_TRUE(other.low != first.low || other.high != first.high);
}

TEST(Bootstrap, CoversTheTrueMeanAboutAsOftenAsItSays) {
  Random random(3, "samples");
  int covered = 0;
  constexpr int kSamples = 400;
  for (int sample = 0; sample < kSamples; ++sample) {
    std::vector<double> values(50);
    for (double& value : values) value = random.normal();
    const auto interval = bootstrap_mean_interval(values, static_cast<std::uint64_t>(sample), 500).value();
    covered += interval.low <= 0 && 0 <= interval.high;
  }
  EXPECT_NEAR(covered / double{kSamples}, 0.94, 0.04);  // 50 values: a little under 0.95; four standard errors
}

TEST(Bootstrap, OfEqualValuesHasNoWidth) {
  const auto interval = bootstrap_mean_interval(std::vector<double>(7, 0.1), 5).value();
  EXPECT_EQ(interval.low, 0.1);
  EXPECT_EQ(interval.high, 0.1);
}

TEST(Bootstrap, SaysNothingOfOneValue) {
  EXPECT_FALSE(bootstrap_mean_interval(std::vector<double>{1}, 5).has_value());
  EXPECT_FALSE(bootstrap_mean_interval({}, 5).has_value());
}

TEST(Bootstrap, SaysNothingWhereAValueIsMissing) {
  EXPECT_FALSE(bootstrap_mean_interval(std::vector<double>{1, std::nan(""), 3}, 5).has_value());
}

TEST(Bootstrap, TakesASingleResample) {
  const auto interval = bootstrap_mean_interval(std::vector<double>{1, 2}, 5, 1).value();
  EXPECT_EQ(interval.low, interval.high);
}

TEST(Bootstrap, RefusesALevelOfOne) { EXPECT_THROW(bootstrap_mean_interval(std::vector<double>{1, 2}, 5, 100, 1), Error); }

}  // namespace
}  // namespace headlight
