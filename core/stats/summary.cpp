#include "core/stats/summary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <xtensor/xadapt.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xtensor.hpp>

#include "core/base/error.hpp"

namespace headlight {
namespace {

constexpr double kErrorsAboveChance = 3;  // heads.md 2.2

void require_values(std::span<const double> values, size_t least, const char* what) {
  if (values.size() >= least) return;
  throw Error(ErrorCode::internal,
              std::string(what) + " needs at least " + std::to_string(least) + " values, got " + std::to_string(values.size()));
}

// Distances from the first value: equal values then have exactly their mean and no spread, whatever rounding does.
xt::xtensor<double, 1> from_first(std::span<const double> values) {
  return xt::adapt(values.data(), values.size(), xt::no_ownership(), std::array<size_t, 1>{values.size()}) - values[0];
}

}  // namespace

double mean(std::span<const double> values) {
  require_values(values, 1, "a mean");
  return values[0] + xt::mean(from_first(values))();
}

double standard_deviation(std::span<const double> values) {
  require_values(values, 2, "a standard deviation");
  const xt::xtensor<double, 1> distances = from_first(values);
  const double centre = xt::mean(distances)();
  return std::sqrt(xt::sum(xt::square(distances - centre))() / static_cast<double>(values.size() - 1));
}

Estimate estimate_mean(std::span<const double> values) {
  require_values(values, 2, "a standard error");
  return {.value = mean(values), .standard_error = standard_deviation(values) / std::sqrt(static_cast<double>(values.size()))};
}

bool is_above_chance(const Estimate& accuracy, double chance, int n) {
  const double guessing = std::sqrt(chance * (1 - chance) / n);
  return accuracy.value - chance > kErrorsAboveChance * std::max(accuracy.standard_error, guessing);
}

}  // namespace headlight
