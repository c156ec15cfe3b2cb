#include "core/engine/route.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/tensor/rows.hpp"

namespace headlight {
namespace {

// The experts in the order of their logits, the largest first.
template <typename T>
std::vector<size_t> ordered(std::span<const T> logits, size_t n_first) {
  std::vector<size_t> order(logits.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return logits[a] > logits[b]; });
  order.resize(std::min(n_first, order.size()));
  return order;
}

// The weight of `chosen`: the softmax over the logits not far below its own. `left_out` is not among them.
template <typename T>
T share_among_close(std::span<const T> logits, size_t chosen, size_t left_out, double width) {
  const T best = logits[chosen];
  T total = 0;
  for (size_t i = 0; i < logits.size(); ++i) {
    const T unit = std::max(std::abs(logits[i]), best);
    if (i == left_out || static_cast<double>((best - logits[i]) / unit) > 2 * width) continue;
    total += std::exp(logits[i] - best);
  }
  return 1 / total;
}

// -infinity for the experts of all groups but those whose two best have the largest sums.
template <typename T>
void keep_best_groups(const ScoredRouting& routing, std::span<T> choice) {
  const auto n_groups = static_cast<size_t>(routing.n_groups), size = choice.size() / n_groups;
  std::vector<T> sums;
  for (size_t g = 0; g < n_groups; ++g) {
    const auto best = ordered<T>(choice.subspan(g * size, size), 2);
    sums.push_back(choice[g * size + best[0]] + (best.size() > 1 ? choice[g * size + best[1]] : T{0}));
  }
  const auto order = ordered<T>(sums, n_groups);
  for (size_t i = static_cast<size_t>(routing.n_active_groups); i < n_groups; ++i)
    std::ranges::fill(choice.subspan(order[i] * size, size), -std::numeric_limits<T>::infinity());
}

template <typename T>
std::vector<std::pair<size_t, T>> route_by_score(const MlpDescription& mlp, std::span<const T> logits, std::span<const T> correction) {
  const ScoredRouting& routing = mlp.scored;
  std::vector<T> scores(logits.begin(), logits.end());
  if (routing.is_sigmoid)
    logistic(std::span<T>(scores));
  else
    softmax_row(scores.data(), scores.size());
  std::vector<T> choice = scores;
  for (size_t i = 0; i < correction.size(); ++i) choice[i] += correction[i];
  if (routing.n_active_groups < routing.n_groups) keep_best_groups<T>(routing, choice);
  const std::vector<size_t> chosen = ordered<T>(choice, static_cast<size_t>(mlp.n_active));
  T sum = 0;
  for (const size_t expert : chosen) sum += scores[expert];
  const T factor = static_cast<T>(routing.scale) / (routing.is_normalised ? std::max(sum, static_cast<T>(routing.least_sum)) : T{1});
  std::vector<std::pair<size_t, T>> result;
  for (const size_t expert : chosen) result.emplace_back(expert, scores[expert] * factor);
  return result;
}

}  // namespace

template <typename T>
std::vector<std::pair<size_t, T>> route(const MlpDescription& mlp, std::span<const T> logits, std::span<const T> correction) {
  if (mlp.routing == Routing::scored) return route_by_score(mlp, logits, correction);
  const std::vector<size_t> chosen = ordered(logits, static_cast<size_t>(mlp.n_active));
  std::vector<std::pair<size_t, T>> result;
  if (mlp.routing == Routing::sparse_mixer) {
    for (size_t i = 0; i < chosen.size(); ++i)
      result.emplace_back(chosen[i], share_among_close(logits, chosen[i], i == 0 ? logits.size() : chosen[0], mlp.sparse_mixer_width));
    return result;
  }
  std::vector<T> shares;
  if (mlp.routing == Routing::softmax_over_all) {
    shares.assign(logits.begin(), logits.end());
  } else {
    for (const size_t expert : chosen) shares.push_back(logits[expert]);
  }
  softmax_row(shares.data(), shares.size());
  for (size_t i = 0; i < chosen.size(); ++i)
    result.emplace_back(chosen[i], shares[mlp.routing == Routing::softmax_over_all ? chosen[i] : i]);
  return result;
}

template std::vector<std::pair<size_t, float>> route<float>(const MlpDescription&, std::span<const float>, std::span<const float>);
template std::vector<std::pair<size_t, double>> route<double>(const MlpDescription&, std::span<const double>, std::span<const double>);

}  // namespace headlight
