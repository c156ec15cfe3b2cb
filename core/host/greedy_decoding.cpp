#include "core/host/greedy_decoding.hpp"

#include <algorithm>

namespace headlight {

std::vector<std::vector<TokenId>> decode_greedily(Forward<float>& forward, const ModelDescription& model,
                                                  const std::vector<std::span<const TokenId>>& prompts, int n_decoded) {
  std::vector<std::vector<TokenId>> whole;
  std::vector<size_t> open;  // prompts that go on
  for (size_t p = 0; p < prompts.size(); ++p) {
    whole.emplace_back(prompts[p].begin(), prompts[p].end());
    open.push_back(p);
  }
  std::vector<float> logits(forward.vocab_size());
  for (int step = 0; step < n_decoded; ++step) {
    std::erase_if(open, [&](size_t p) {
      const bool is_full = model.n_ctx > 0 && whole[p].size() >= static_cast<size_t>(model.n_ctx);
      return is_full || (step > 0 && model.eos_token && whole[p].back() == *model.eos_token);
    });
    if (open.empty()) break;
    PassRequest<float> request;
    for (const size_t p : open) request.lanes.push_back({.tokens = whole[p], .wanted = {static_cast<int>(whole[p].size()) - 1}});
    const FinalRows<float>& rows = forward.run(request);
    std::vector<TokenId> next;
    for (size_t i = 0; i < open.size(); ++i) {
      forward.logits(rows.values.data() + rows.lanes[i].first * forward.d_model(), 1, logits.data());
      next.push_back(static_cast<TokenId>(std::max_element(logits.begin(), logits.end()) - logits.begin()));
    }
    for (size_t i = 0; i < open.size(); ++i) whole[open[i]].push_back(next[i]);
  }
  return whole;
}

}  // namespace headlight
