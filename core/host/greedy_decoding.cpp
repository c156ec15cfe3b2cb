#include "core/host/greedy_decoding.hpp"

#include <algorithm>

namespace headlight {
namespace {

// A prompt that is being continued, with what its next token needs of those before it.
struct Continuation {
  std::vector<TokenId> tokens;
  CleanRun<float> past;  // keys and values only, row by position
  int n_past = 0;        // positions that are there
};

size_t row_width(const ModelDescription& model) {
  return static_cast<size_t>(model.attention.n_kv_heads) * static_cast<size_t>(model.attention.d_head);
}

void make_room(const ModelDescription& model, size_t n_positions, Continuation& continuation) {
  continuation.past.layers.resize(static_cast<size_t>(model.n_layers));
  for (auto& layer : continuation.past.layers) {
    layer.k.resize(n_positions * row_width(model));
    layer.v.resize(n_positions * row_width(model));
  }
}

// Takes over the rows of a pass that began at position n_past; `first_row` is where they stand among its rows.
void remember(const ModelDescription& model, const CleanRun<float>& kept, size_t first_row, Continuation& continuation) {
  const size_t width = row_width(model), begin = static_cast<size_t>(continuation.n_past), n = continuation.tokens.size() - begin;
  for (size_t l = 0; l < kept.layers.size(); ++l) {
    std::copy_n(kept.layers[l].k.data() + first_row * width, n * width, continuation.past.layers[l].k.data() + begin * width);
    std::copy_n(kept.layers[l].v.data() + first_row * width, n * width, continuation.past.layers[l].v.data() + begin * width);
  }
  continuation.n_past = static_cast<int>(continuation.tokens.size());
}

// Where a longer prompt turns its earlier keys by other angles, nothing can be kept.
bool keys_depend_on_length(const ModelDescription& model) {
  return std::any_of(model.rotaries.begin(), model.rotaries.end(), [](const RotaryDescription& rotary) { return rotary.short_length > 0; });
}

// The next token of each, one pass for all of them.
std::vector<TokenId> next_tokens(Forward<float>& forward, const ModelDescription& model, bool keeps, std::vector<Continuation*>& open,
                                 CleanRun<float>& kept) {
  PassRequest<float> request;
  for (const Continuation* each : open)
    request.lanes.push_back({.tokens = each->tokens, .begin = each->n_past, .clean = &each->past, .wanted = {static_cast<int>(each->tokens.size()) - 1}});
  if (keeps) request.keep = &kept;
  const FinalRows<float>& rows = forward.run(request);
  std::vector<float> logits(forward.vocab_size());
  std::vector<TokenId> next;
  size_t first_row = 0;
  for (size_t i = 0; i < open.size(); ++i) {
    forward.logits(rows.values.data() + rows.lanes[i].first * forward.d_model(), 1, logits.data());
    next.push_back(static_cast<TokenId>(std::max_element(logits.begin(), logits.end()) - logits.begin()));
    if (!keeps) continue;
    const size_t n_rows = open[i]->tokens.size() - static_cast<size_t>(open[i]->n_past);
    remember(model, kept, first_row, *open[i]);
    first_row += n_rows;
  }
  return next;
}

}  // namespace

std::vector<std::vector<TokenId>> decode_greedily(Forward<float>& forward, const ModelDescription& model,
                                                  const std::vector<std::span<const TokenId>>& prompts, int n_decoded) {
  const bool keeps = !keys_depend_on_length(model);
  std::vector<Continuation> all(prompts.size());
  std::vector<Continuation*> open;  // those that go on
  for (size_t p = 0; p < prompts.size(); ++p) {
    all[p].tokens.assign(prompts[p].begin(), prompts[p].end());
    if (keeps) make_room(model, prompts[p].size() + static_cast<size_t>(n_decoded), all[p]);
    open.push_back(&all[p]);
  }
  CleanRun<float> kept;
  for (int step = 0; step < n_decoded; ++step) {
    std::erase_if(open, [&](const Continuation* each) {
      const bool is_full = model.n_ctx > 0 && each->tokens.size() >= static_cast<size_t>(model.n_ctx);
      return is_full || (step > 0 && model.eos_token && each->tokens.back() == *model.eos_token);
    });
    if (open.empty()) break;
    const auto next = next_tokens(forward, model, keeps, open, kept);
    for (size_t i = 0; i < open.size(); ++i) open[i]->tokens.push_back(next[i]);
  }
  std::vector<std::vector<TokenId>> whole;
  for (Continuation& each : all) whole.push_back(std::move(each.tokens));
  return whole;
}

}  // namespace headlight
