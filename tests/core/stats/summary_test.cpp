#include "core/stats/summary.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/base/error.hpp"
#include "tests/core/stats/golden.hpp"

namespace headlight {
namespace {

TEST(Moments, AreThoseOfNumpy) {
  const Json cases = golden("moments");
  for (const Json& sample : cases.as_array()) {
    const auto values = numbers(sample["values"]);
    EXPECT_NEAR(mean(values), sample["mean"].as_number(), 1e-9);
    EXPECT_NEAR(standard_deviation(values), sample["standard_deviation"].as_number(), 1e-9);
    EXPECT_NEAR(estimate_mean(values).standard_error, sample["standard_error"].as_number(), 1e-9);
    EXPECT_EQ(estimate_mean(values).value, mean(values));
  }
}

TEST(Moments, OfEqualValuesHaveNoSpreadAtAll) {
  const std::vector<double> values(7, 0.1);  // whose naive sum over 7 is not 0.1
  EXPECT_EQ(mean(values), 0.1);
  EXPECT_EQ(standard_deviation(values), 0);
  EXPECT_EQ(estimate_mean(values).standard_error, 0);
}

TEST(Moments, OfOneValueAreItsMeanOnly) {
  const std::vector<double> one{3.5};
  EXPECT_EQ(mean(one), 3.5);
  EXPECT_THROW(standard_deviation(one), Error);
  EXPECT_THROW(estimate_mean(one), Error);
  EXPECT_THROW(mean({}), Error);
}

TEST(Moments, OfMissingValuesAreMissing) {
  const std::vector<double> values{1, std::nan(""), 3};
  EXPECT_TRUE(std::isnan(mean(values)));
  EXPECT_TRUE(std::isnan(standard_deviation(values)));
}

TEST(IsAboveChance, TakesMoreThanThreeStandardErrors) {
  EXPECT_TRUE(is_above_chance({.value = 0.90, .standard_error = 0.1}, 0.5, 60));
  EXPECT_FALSE(is_above_chance({.value = 0.79, .standard_error = 0.1}, 0.5, 60));
}

TEST(IsAboveChance, AllowsForTheErrorOfGuessing) {
  // Two prompts, both right: no spread at all, and yet one in four guesses does it.
  EXPECT_FALSE(is_above_chance({.value = 1, .standard_error = 0}, 0.5, 2));
  EXPECT_FALSE(is_above_chance({.value = 1, .standard_error = 0}, 0.5, 9));  // exactly three errors
  EXPECT_TRUE(is_above_chance({.value = 1, .standard_error = 0}, 0.5, 10));
}

TEST(IsAboveChance, IsFalseWhereNothingWasMeasured) {
  EXPECT_FALSE(is_above_chance({.value = std::nan(""), .standard_error = 0}, 0.5, 30));
}

}  // namespace
}  // namespace headlight
