// The percentile bootstrap: the mean of n values drawn with replacement, again and again; the interval is between two of its
// quantiles.
#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/stats/summary.hpp"

namespace headlight {
namespace {

// Linear between the order statistics (numpy's default). Reorders `values`. REQUIRES 0 <= share <= 1, values not empty.
double quantile(std::vector<double>& values, double share) {
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<size_t>(place);
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(values.begin(), nth, values.end());
  if (below + 1 == values.size()) return *nth;
  const double above = *std::min_element(nth + 1, values.end());
  return *nth + (place - static_cast<double>(below)) * (above - *nth);
}

}  // namespace

std::optional<Interval> bootstrap_mean_interval(std::span<const double> values, std::uint64_t seed, int n_resamples,
                                                double level) {
  if (n_resamples < 1 || !(level > 0 && level < 1)) {
    throw Error(ErrorCode::internal,
                "a bootstrap of " + std::to_string(n_resamples) + " resamples at level " + std::to_string(level));
  }
  const bool has_nan = std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
  if (values.size() < 2 || has_nan) return std::nullopt;
  Random random(seed, "bootstrap");
  const double first = values[0], n = static_cast<double>(values.size());
  std::vector<double> means(static_cast<size_t>(n_resamples));
  for (double& resampled : means) {
    double distance = 0;  // from the first value: equal values then give an interval of no width
    for (size_t i = 0; i < values.size(); ++i) distance += values[random.below(values.size())] - first;
    resampled = first + distance / n;
  }
  const double outside = (1 - level) / 2;
  return Interval{.low = quantile(means, outside), .high = quantile(means, 1 - outside)};
}

}  // namespace headlight
