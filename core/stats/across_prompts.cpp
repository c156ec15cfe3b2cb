#include "core/stats/across_prompts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "core/stats/summary.hpp"

namespace headlight {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr size_t kLeastPoints = 3;

struct Point {
  size_t prompt;
  double x, y;
};

std::vector<Point> points_of(const Series& x, const Series& y) {
  std::vector<Point> points;
  for (size_t k = 0; k < x.size(); ++k)
    for (size_t p = 0; p < x[k].size(); ++p)
      if (!std::isnan(x[k][p]) && !std::isnan(y[k][p])) points.push_back({p, x[k][p], y[k][p]});
  return points;
}

size_t n_prompts(const Series& x) { return x.empty() ? 0 : x[0].size(); }

// From what each point contributes to a mean over points, to what each prompt contributes to a mean over prompts.
std::vector<double> by_prompt(size_t n, const std::vector<Point>& points, const std::vector<double>& contributions) {
  std::vector<double> sums(n, kMissing);
  double measured = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    double& sum = sums[points[i].prompt];
    if (std::isnan(sum)) sum = 0, ++measured;
    sum += contributions[i];
  }
  for (double& sum : sums) sum *= measured / static_cast<double>(points.size());
  return sums;
}

// Mean and deviation (divided by n); a deviation that is rounding is none.
std::pair<double, double> moments(const std::vector<double>& values) {
  const double centre = mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - centre) * (value - centre);
  const double deviation = std::sqrt(squares / static_cast<double>(values.size()));
  return {centre, deviation > 1e-9 * std::abs(centre) ? deviation : 0};
}

double log_factorial(double k) { return std::lgamma(k + 1); }

// What a pair of values that occur A and B times among N points has of the mutual information on the average over all shufflings: the number of
// points that have both is hypergeometric.
double expected_information(double a, double b, double n) {
  double expected = 0;
  for (double both = std::max(1.0, a + b - n); both <= std::min(a, b); ++both) {
    const double log_chance = log_factorial(a) + log_factorial(b) + log_factorial(n - a) + log_factorial(n - b) - log_factorial(n) -
                              log_factorial(both) - log_factorial(a - both) - log_factorial(b - both) - log_factorial(n - a - b + both);
    expected += both / n * std::log(n * both / (a * b)) * std::exp(log_chance);
  }
  return expected;
}

}  // namespace

std::vector<double> correlation_by_prompt(const Series& x, const Series& y) {
  const std::vector<Point> points = points_of(x, y);
  if (points.size() < kLeastPoints) return std::vector<double>(n_prompts(x), kMissing);
  std::vector<double> xs, ys, contributions;
  for (const Point& point : points) xs.push_back(point.x), ys.push_back(point.y);
  const auto [x_mean, x_deviation] = moments(xs);
  const auto [y_mean, y_deviation] = moments(ys);
  if (x_deviation == 0 || y_deviation == 0) return std::vector<double>(n_prompts(x), kMissing);
  for (const Point& point : points) contributions.push_back((point.x - x_mean) / x_deviation * ((point.y - y_mean) / y_deviation));
  return by_prompt(n_prompts(x), points, contributions);
}

std::vector<double> information_by_prompt(const Series& x, const Series& y) {
  const std::vector<Point> points = points_of(x, y);
  if (points.size() < kLeastPoints) return std::vector<double>(n_prompts(x), kMissing);
  std::map<long, double> of_x, of_y;
  std::map<std::pair<long, long>, double> of_both;
  for (const Point& point : points) ++of_x[std::lround(point.x)], ++of_y[std::lround(point.y)], ++of_both[{std::lround(point.x), std::lround(point.y)}];
  const auto n = static_cast<double>(points.size());
  double by_chance = 0;
  for (const auto& [x_value, a] : of_x)
    for (const auto& [y_value, b] : of_y) by_chance += expected_information(a, b, n);
  std::vector<double> contributions;
  for (const Point& point : points) {
    const long a = std::lround(point.x), b = std::lround(point.y);
    contributions.push_back(std::log(of_both[{a, b}] * n / (of_x[a] * of_y[b])) - by_chance);
  }
  return by_prompt(n_prompts(x), points, contributions);
}

std::vector<double> steadiness_by_prompt(const Series& x) {
  struct Moments {
    double mean, deviation, weight;
  };
  std::vector<std::optional<Moments>> of_series;
  double n_series = 0;
  for (const auto& series : x) {
    std::vector<double> values;
    for (const double value : series)
      if (!std::isnan(value)) values.push_back(value);
    of_series.emplace_back();
    if (values.size() < 2) continue;
    const auto [centre, deviation] = moments(values);
    of_series.back() = {centre, deviation, static_cast<double>(values.size())};
    ++n_series;
  }
  if (n_series == 0) return std::vector<double>(n_prompts(x), kMissing);
  // mean over p of (x - mean)^2 / deviation is the deviation.
  std::vector<double> loss(n_prompts(x), kMissing);
  double measured = 0;
  for (size_t p = 0; p < loss.size(); ++p)
    for (size_t k = 0; k < x.size(); ++k) {
      if (!of_series[k] || std::isnan(x[k][p])) continue;
      if (std::isnan(loss[p])) loss[p] = 0, ++measured;
      const double distance = x[k][p] - of_series[k]->mean;
      if (of_series[k]->deviation > 0) loss[p] += distance * distance / of_series[k]->deviation / of_series[k]->weight / n_series;
    }
  for (double& each : loss) each = 1 - each * measured;
  return loss;
}

}  // namespace headlight
