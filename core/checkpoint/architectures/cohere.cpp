// Cohere's Command R and Aya: attention and MLP side by side on one layer norm without bias, rotation of neighbouring pairs,
// scaled logits, perhaps norms with weights of their own for each query and key head.
// Cohere 2: without those norms; most layers have a window and rotate, the others see everything and no positions.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

namespace {

Blueprint read_command(const Config& config, const char* architecture, double theta) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, architecture,
                           {.n_layers = 40, .d_model = 8192, .vocab_size = 256000, .d_mlp = 22528, .n_heads = 64,
                            .bos_token = 5, .eos_token = 255001});
  model.norm = layer_norm(config.number("layer_norm_eps", 1e-5));
  model.norm.has_bias = false;
  model.final_norm = model.norm;
  model.parallel_residual = model.parallel_shares_norm = true;
  model.logit_scale = config.number("logit_scale", 0.0625);
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  set_rotary(blueprint, read_rotary(config, {.style = RotaryStyle::interleaved,
                                             .d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 8192),
                                             .theta = theta}));
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", true));
  LayerTensors& layer = blueprint.tensors.layer;
  layer.mlp_norm = "";
  set_attention_bias(layer, config.flag("attention_bias", false));
  return blueprint;
}

}  // namespace

Blueprint read_cohere(const Config& config) {
  Blueprint blueprint = read_command(config, "cohere", 500000);
  if (!config.flag("use_qk_norm", false)) return blueprint;
  AttentionDescription& attention = blueprint.description.attention;
  attention.qk_norm = QkNorm::each_head_own_weights;
  attention.qk_norm_kind = blueprint.description.norm;
  blueprint.tensors.layer.query_norm = "self_attn.q_norm";
  blueprint.tensors.layer.key_norm = "self_attn.k_norm";
  return blueprint;
}

Blueprint read_cohere2(const Config& fields) {
  const Config config = fields.without({"head_dim"});
  Blueprint blueprint = read_command(config, "cohere2", 10000);
  ModelDescription& model = blueprint.description;
  const int period = config.count("sliding_window_pattern", 4);
  std::vector<bool> usual;
  for (int i = 1; i <= model.n_layers; ++i) usual.push_back(i % period != 0);
  const std::vector<bool> slides = read_sliding_layers(config, std::move(usual));
  set_windows(model, slides, config.optional_count("sliding_window", 4096));
  set_rotating_layers(model, slides);
  return blueprint;
}

}  // namespace headlight
