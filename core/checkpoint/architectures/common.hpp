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

// The rotation of one kind of layers: nested by kind below "rope_parameters" in transformers 5, in fields of its own before.
struct LayerRotary {
  const char* kind;                   // "full_attention", "sliding_attention"
  const char* theta_field = nullptr;  // the base's own field, where there is one
  bool has_scaling = false;           // whether "rope_scaling" is this kind's
};
Rotary read_layer_rotary(const Config& config, const RotaryDefaults& defaults, const LayerRotary& layers);

// Which layers rotate queries and keys; the others see no positions.
void set_rotating_layers(ModelDescription& model, const std::vector<bool>& rotates);

// Throws Error{unsupported} for more heads than have slopes of their own: beyond that a small file would ask for a large table.
void check_alibi_heads(int n_heads);
// The slopes of ALiBi (arXiv 2108.12409) for any number of heads, as BLOOM and Falcon have them.
std::vector<double> alibi_slopes(int n_heads);

// A limit on numbers, 0 for none. Throws Error{unsupported} for one that is not above 0: null stands for none.
double read_limit(const Config& config, const char* name, std::optional<double> usual = {});

// Experts in every layer: reads their number and how many are active. Throws Error{unsupported} when more are active than there are.
void read_experts(const Config& config, ModelDescription& model, const char* number_field, int n_experts, int n_active, int d_expert);

// Routing by sigmoid as DeepSeek V3 has it: reads n_group, topk_group, norm_topk_prob and routed_scaling_factor, and names the
// correction. Throws Error{corrupt} for groups of which the experts are no multiple.
struct SigmoidRoutingDefaults {
  bool is_normalised = true;
  double scale = 1;
};
void read_sigmoid_routing(const Config& config, Blueprint& blueprint, const char* number_field, const SigmoidRoutingDefaults& defaults = {});

// An expert that every token goes through, as wide as `n_shared` of the others; 0: none.
void set_shared_expert(Blueprint& blueprint, int n_shared, const std::string& prefix, bool has_bias = false);

// The first layers have one MLP, whatever the others have.
void set_dense_layers(ModelDescription& model, double n_dense);

// mlp.gate and mlp.experts.{}.gate_proj ..., or mlp.experts.gate_up_proj for all at once.
void set_expert_names(LayerTensors& layer);

// Biases of all four projections of attention.
void set_attention_bias(LayerTensors& layer, bool has_bias);

// The fields of the text part of a model of text and images, its tensors' prefixes, and a note that says so.
Config text_part(const Config& config, const char* model_type);
void set_text_part(Blueprint& blueprint, const char* architecture);

// "layer_types" as flags, true for "sliding_attention"; `usual` when it is left out.
// Throws Error{unsupported} for another type, Error{corrupt} when their number is not that of the layers.
std::vector<bool> read_sliding_layers(const Config& config, std::vector<bool> usual);

// Sets the window of the layers that slide. Throws Error{bad_input} when some do and there is no "sliding_window".
void set_windows(ModelDescription& model, const std::vector<bool>& slides, std::optional<int> window);

}  // namespace headlight
