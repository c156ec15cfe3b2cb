// A pass over some prompts with all its captures kept, for tests that compare them.
#pragma once

#include <map>
#include <tuple>

#include "core/engine/forward.hpp"

namespace headlight {

template <typename T>
class Captured : public CaptureHandler<T> {
 public:
  void on_capture(const Capture<T>& capture) override {
    const bool matrix = is_attention_matrix(capture.site.kind);
    for (int head = 0; head < capture.n_heads; ++head)
      for (int query = 0; query < capture.n_queries; ++query)
        for (int i = 0; i < (matrix ? capture.n_keys : capture.width); ++i) {
          const int n = matrix ? capture.n_keys : capture.width;
          const int at = matrix ? (head * capture.n_queries + query) * n + i : (query * capture.n_heads + head) * n + i;
          values[{capture.site, capture.lane, head, capture.query_begin + query, i}] = static_cast<double>(capture.values[at]);
        }
  }
  // One number: pattern and scores by (head, query, key), other sites by (head, position, dimension); 0 where nothing was captured.
  double at(Site site, size_t lane, int head, int position, int i) const {
    const auto found = values.find({site, lane, head, position, i});
    return found == values.end() ? 0 : found->second;
  }
  std::map<std::tuple<Site, size_t, int, int, int>, double> values;
};

// Logits of every position of every prompt: [prompt][position * vocabulary].
template <typename T>
std::vector<std::vector<T>> all_logits(Forward<T>& forward, const std::vector<std::vector<TokenId>>& prompts,
                                       const std::vector<std::vector<Edit>>& edits = {}, Captured<T>* captured = nullptr,
                                       const std::set<Site>& sites = {}) {
  PassRequest<T> request;
  for (size_t p = 0; p < prompts.size(); ++p) {
    request.lanes.push_back({.tokens = prompts[p]});
    if (!edits.empty()) request.lanes.back().edits = edits[p];
  }
  request.captures = {.sites = sites, .handler = captured};
  const auto& rows = forward.run(request);
  std::vector<std::vector<T>> logits;
  for (const LaneRows& lane : rows.lanes) {
    logits.emplace_back(lane.positions.size() * forward.vocab_size());
    forward.logits(rows.values.data() + lane.first * forward.d_model(), lane.positions.size(), logits.back().data());
  }
  return logits;
}

}  // namespace headlight
