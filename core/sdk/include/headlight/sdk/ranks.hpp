// Spearman's correlation, with ranks that other programs can reproduce.
#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

namespace headlight::sdk {

// Ranks from 0; equal values share their mean rank. Of two values that are nearer than `alike` each is a part above the other,
// 1/2 + distance / (2 alike), so that ranks never jump.
inline std::vector<double> ranks(std::span<const double> values, double alike = 0) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranked(values.size());
  for (size_t i = 0; i < order.size(); ++i) {
    const double own = values[order[i]];
    size_t first = i, last = i + 1;  // those that are alike
    while (first > 0 && own - values[order[first - 1]] <= alike) --first;
    while (last < order.size() && values[order[last]] - own <= alike) ++last;
    double rank = static_cast<double>(first);
    for (size_t other = first; other < last; ++other)
      if (other != i) rank += alike > 0 ? 0.5 + (own - values[order[other]]) / (2 * alike) : 0.5;
    ranked[order[i]] = rank;
  }
  return ranked;
}

// Pearson's correlation of ranks of as many values; nothing where one of them has no order.
inline std::optional<double> correlation_of_ranks(std::span<const double> x, std::span<const double> y) {
  const double middle = (static_cast<double>(x.size()) - 1) / 2;
  double xy = 0, xx = 0, yy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - middle) * (y[i] - middle);
    xx += (x[i] - middle) * (x[i] - middle);
    yy += (y[i] - middle) * (y[i] - middle);
  }
  if (xx < 1e-12 || yy < 1e-12) return std::nullopt;
  return std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0);
}

}  // namespace headlight::sdk
