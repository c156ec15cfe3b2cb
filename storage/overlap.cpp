#include "storage/overlap.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "storage/catalogue.hpp"
#include "storage/family_statistics.hpp"
#include "storage/wilson.hpp"

namespace headlight {
namespace {

constexpr double kZ = 1.959963984540054;  // of 95 %
constexpr size_t kFewestHeads = 5;

// Ranks from 1; ties share their mean.
std::vector<double> ranks_of(const std::vector<double>& values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t x, size_t y) { return values[x] < values[y]; });
  std::vector<double> ranks(values.size());
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    for (size_t i = begin; i < end; ++i) ranks[order[i]] = 0.5 * static_cast<double>(begin + 1 + end);
    begin = end;
  }
  return ranks;
}

std::optional<double> correlation_of(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  const double mean_x = std::accumulate(x.begin(), x.end(), 0.0) / n, mean_y = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xy = 0, xx = 0, yy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mean_x) * (y[i] - mean_y);
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
  }
  if (xx == 0 || yy == 0) return std::nullopt;
  return std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0);
}

}  // namespace

void describe_overlap(const std::vector<double>& a, const std::vector<double>& b, FamilyOverlap& overlap) {
  if (const int n_either = overlap.n_a + overlap.n_b - overlap.n_both; n_either > 0) {
    const WilsonInterval interval = wilson_interval(overlap.n_both, n_either);
    overlap.share = overlap.n_both / static_cast<double>(n_either);
    overlap.share_low = interval.low;
    overlap.share_high = interval.high;
  }
  if (a.size() < kFewestHeads) return;
  overlap.correlation = correlation_of(ranks_of(a), ranks_of(b));
  if (!overlap.correlation) return;
  const double r = std::clamp(*overlap.correlation, -1 + 1e-12, 1 - 1e-12);
  const double half = kZ * std::sqrt((1 + r * r / 2) / (static_cast<double>(a.size()) - 3));
  overlap.correlation_low = std::tanh(std::atanh(r) - half);
  overlap.correlation_high = std::tanh(std::atanh(r) + half);
}

std::vector<FamilyOverlap> family_overlaps(Catalogue& catalogue, const std::string& model) {
  const std::string name = catalogue.model(model).record.name;
  const FamilyStatistics families = family_statistics(catalogue, name);
  std::vector<FamilyOverlap> overlaps;
  for (auto a = families.begin(); a != families.end(); ++a)
    for (auto b = std::next(a); b != families.end(); ++b) {
      FamilyOverlap overlap{.model = name, .family_a = a->first, .family_b = b->first};
      std::vector<double> of_a, of_b;
      for (const auto& [head, mine] : a->second) {
        const auto other = b->second.find(head);
        if (other == b->second.end()) continue;
        of_a.push_back(mine.score);
        of_b.push_back(other->second.score);
        overlap.n_a += mine.present;
        overlap.n_b += other->second.present;
        overlap.n_both += mine.present && other->second.present;
      }
      overlap.n_heads = static_cast<int>(of_a.size());
      describe_overlap(of_a, of_b, overlap);
      overlaps.push_back(std::move(overlap));
    }
  return overlaps;
}

}  // namespace headlight
