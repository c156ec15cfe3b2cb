// EXAONE 4: norms behind each half of a block and on each query and key, every fourth layer without a window and without
// positions; in the small ones no layer has a window and all rotate.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

Blueprint read_exaone4(const Config& config) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "exaone4",
                           {.n_layers = 32, .d_model = 4096, .vocab_size = 102400, .d_mlp = 16384, .n_heads = 32,
                            .n_kv_heads = 32, .bos_token = 0, .eos_token = 2});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-5));
  model.norm_placement = NormPlacement::post_inside;
  model.attention.qk_norm = QkNorm::each_head;
  model.attention.qk_norm_kind = model.norm;
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 2048)}));
  const auto window = config.optional_count("sliding_window", 4096);
  std::vector<bool> usual(model.layers.size(), false);
  if (window && config["layer_types"].is_null()) {
    const auto period = static_cast<std::size_t>(config.count("sliding_window_pattern", 4));
    for (std::size_t i = 0; i < usual.size(); ++i) usual[i] = (i + 1) % period != 0;
  }
  const std::vector<bool> slides = read_sliding_layers(config, std::move(usual));
  set_windows(model, slides, window);
  if (window) set_rotating_layers(model, slides);

  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = blueprint.tensors.layer;
  layer.attention_norm = layer.mlp_norm = "";
  layer.attention_post_norm = "post_attention_layernorm";
  layer.mlp_post_norm = "post_feedforward_layernorm";
  layer.query_norm = "self_attn.q_norm";
  layer.key_norm = "self_attn.k_norm";
  return blueprint;
}

}  // namespace headlight
