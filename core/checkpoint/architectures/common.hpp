// What many architectures have in common: Llama's fields and names, rotary positions, sliding windows.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/checkpoint/blueprint.hpp"
#include "core/checkpoint/config.hpp"
#include "core/checkpoint/rotary.hpp"

namespace headlight {

// The defaults of an architecture that spells its sizes as Llama does.
struct LlamaSizes {
  int n_layers = 0, d_model = 0, vocab_size = 0, d_mlp = 0;
  int n_heads = 0;
  std::optional<int> n_kv_heads{};  // nothing: as many as heads
  std::optional<int> d_head{};      // nothing: d_model / n_heads
  std::optional<int> bos_token{}, eos_token{};
};

// Reads num_hidden_layers, hidden_size, vocab_size, intermediate_size, num_attention_heads, num_key_value_heads, head_dim,
// bos_token_id and eos_token_id; scores are divided by sqrt(d_head), layers are made.
ModelDescription read_llama_sizes(const Config& config, std::string_view architecture, const LlamaSizes& defaults);

NormDescription rms_norm(double epsilon, double weight_offset = 0);
NormDescription layer_norm(double epsilon);

// embed_tokens, layers.{}.self_attn.q_proj ..., mlp.gate_proj ..., norm, lm_head, each below "model.", without biases.
TensorTable llama_tensors(bool tied);

// One rotation for all layers, with its limit and its notes.
void set_rotary(Blueprint& blueprint, Rotary rotary);

// "layer_types" as flags, true for "sliding_attention"; `usual` when it is left out.
// Throws Error{unsupported} for another type, Error{corrupt} when their number is not that of the layers.
std::vector<bool> read_sliding_layers(const Config& config, std::vector<bool> usual);

// Sets the window of the layers that slide. Throws Error{bad_input} when some do and there is no "sliding_window".
void set_windows(ModelDescription& model, const std::vector<bool>& slides, std::optional<int> window);

}  // namespace headlight
