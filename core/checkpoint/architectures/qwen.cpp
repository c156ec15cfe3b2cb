// Qwen 2 and 2.5: Llama with biases on queries, keys and values, and perhaps a window in the upper layers.
// Qwen 3: without those biases, with heads of their own size and an RMS norm on each query and key.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {
namespace {

void read_windows(const Config& config, ModelDescription& model) {
  std::optional<int> window = config.optional_count("sliding_window", 4096);
  if (!config.flag("use_sliding_window", false)) window.reset();
  const double first = config.number("max_window_layers", 28);
  std::vector<bool> usual;
  for (int i = 0; i < model.n_layers; ++i) usual.push_back(window.has_value() && i >= first);
  set_windows(model, read_sliding_layers(config, std::move(usual)), window);
}

Blueprint read_qwen(const Config& config, const char* architecture, std::optional<int> d_head) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, architecture,
                           {.n_layers = 32, .d_model = 4096, .vocab_size = 151936, .d_mlp = 22016, .n_heads = 32,
                            .n_kv_heads = 32, .d_head = d_head});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-6));
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 32768)}));
  read_windows(config, model);
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  return blueprint;
}

}  // namespace

Blueprint read_qwen2(const Config& config) {
  Blueprint blueprint = read_qwen(config, "qwen2", {});
  LayerTensors& layer = blueprint.tensors.layer;
  layer.query.has_bias = layer.key.has_bias = layer.value.has_bias = true;
  return blueprint;
}

Blueprint read_qwen3(const Config& config) {
  Blueprint blueprint = read_qwen(config, "qwen3", 128);
  AttentionDescription& attention = blueprint.description.attention;
  attention.qk_norm = QkNorm::each_head;
  attention.qk_norm_kind = blueprint.description.norm;
  LayerTensors& layer = blueprint.tensors.layer;
  layer.query_norm = "self_attn.q_norm";
  layer.key_norm = "self_attn.k_norm";
  set_attention_bias(layer, config.flag("attention_bias", false));
  return blueprint;
}

}  // namespace headlight
