#include "core/engine/random_weights.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace headlight {
namespace {

constexpr std::int64_t kNumbers = 1 << 18;
constexpr double kFarOff = 5 / 512.0;  // five standard errors of a mean of so many

double mean_product(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0) / static_cast<double>(a.size());
}

std::vector<double> numbers(std::uint32_t key, std::int64_t first = 0, std::int64_t step = 1) {
  std::vector<double> made(kNumbers);
  RandomWeights::Matrix{.key = key, .mean = 0, .deviation = 1}.fill(first, step, kNumbers, made.data());
  return made;
}

TEST(RandomWeights, HaveTheMeanAndDeviationOfTheMatrixAndThinTails) {
  const std::vector<double> bell = numbers(1);
  EXPECT_NEAR(std::accumulate(bell.begin(), bell.end(), 0.0) / kNumbers, 0, kFarOff);
  EXPECT_NEAR(mean_product(bell, bell), 1, 2 * kFarOff);
  std::vector<double> squares = bell;
  for (double& x : squares) x *= x;
  EXPECT_NEAR(mean_product(squares, squares), 2.7, 0.05) << "the fourth moment of four uniform numbers; 3 of a normal one";
  std::vector<float> shifted(kNumbers);
  RandomWeights::Matrix{.key = 1, .mean = 2, .deviation = 0.5}.fill(0, 1, kNumbers, shifted.data());
  for (size_t i = 0; i < 1000; ++i) EXPECT_FLOAT_EQ(shifted[i], static_cast<float>(2 + 0.5 * bell[i]));
}

TEST(RandomWeights, OfNeighboursRowsAndMatricesHaveNothingInCommon) {
  const std::vector<double> bell = numbers(1);
  for (const auto& [what, other] : {std::pair{"next", numbers(1, 1)}, {"next row", numbers(1, 768)}, {"far row", numbers(1, 3 << 20)},
                                    {"transposed", numbers(1, 5, 768)}, {"other matrix", numbers(2)}, {"one bit apart", numbers(1u << 31 | 1)}})
    EXPECT_NEAR(mean_product(bell, other), 0, kFarOff) << what;
}

TEST(RandomWeights, AreTheSameHoweverTheyAreRead) {
  const std::vector<double> all = numbers(7), every_third = numbers(7, 2, 3);
  for (size_t i = 0; i < 80000; ++i) ASSERT_EQ(every_third[i], all[2 + 3 * i]) << i;
}

}  // namespace
}  // namespace headlight
