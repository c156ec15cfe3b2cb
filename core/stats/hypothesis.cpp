// Tests on the values of heads: paired t, prediction interval, false-discovery rate.
#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <string>

#include "core/base/error.hpp"
#include "core/stats/students_t.hpp"
#include "core/stats/summary.hpp"

namespace headlight {

std::optional<double> paired_t_test(std::span<const double> a, std::span<const double> b, Tail tail) {
  if (a.size() != b.size()) {
    throw Error(ErrorCode::internal,
                "a paired test got " + std::to_string(a.size()) + " and " + std::to_string(b.size()) + " values");
  }
  if (a.size() < 2) return std::nullopt;
  std::vector<double> differences(a.size());
  std::transform(a.begin(), a.end(), b.begin(), differences.begin(), std::minus<>());

  const auto [centre, error] = estimate_mean(differences);
  if (error == 0) return (tail == Tail::greater ? centre > 0 : centre != 0) ? 0.0 : 1.0;
  const double t = centre / error, degrees_of_freedom = static_cast<double>(a.size() - 1);
  if (tail == Tail::greater) return students_t_upper_tail(t, degrees_of_freedom);
  return 2 * students_t_upper_tail(std::abs(t), degrees_of_freedom);
}

std::optional<double> prediction_p(double value, std::span<const double> null_draws) {
  if (null_draws.size() < 3) return std::nullopt;
  const double n = static_cast<double>(null_draws.size());
  const double centre = mean(null_draws), error = standard_deviation(null_draws) * std::sqrt(1 + 1 / n);
  if (error == 0) return value > centre ? 0.0 : 1.0;
  const double by_interval = students_t_upper_tail((value - centre) / error, n - 1);
  const auto k = std::count_if(null_draws.begin(), null_draws.end(), [value](double draw) { return draw >= value; });
  return k == 0 ? by_interval : std::max(by_interval, static_cast<double>(k + 1) / (n + 1));
}

std::vector<double> false_discovery_q(std::span<const double> p) {
  for (size_t i = 0; i < p.size(); ++i) {
    if (!(p[i] >= 0 && p[i] <= 1)) {
      throw Error(ErrorCode::internal, "p value " + std::to_string(i) + " is " + std::to_string(p[i]) + ", expected 0 to 1");
    }
  }
  std::vector<size_t> order(p.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t i, size_t j) { return p[i] < p[j]; });

  // From the largest p down: q is p times n / rank, and never above the q of a larger p.
  std::vector<double> q(p.size());
  double least = 1;
  for (size_t rank = p.size(); rank > 0; --rank) {
    const size_t i = order[rank - 1];
    least = std::min(least, p[i] * static_cast<double>(p.size()) / static_cast<double>(rank));
    q[i] = least;
  }
  return q;
}

}  // namespace headlight
