// OLMo 2: norms only behind each half of a block, within the residual, and over the whole of queries and keys.
// OLMo 3: the same with a window in three of four layers, which a scaling of the rotation leaves alone. FlexOlmo: OLMo 2 with experts.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {
namespace {

// All but positions and windows.
Blueprint read_norms_behind(const Config& config, const char* architecture, int vocab_size = 50304, double epsilon = 1e-5, int eos_token = 50279) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, architecture,
                           {.n_layers = 32, .d_model = 4096, .vocab_size = vocab_size, .d_mlp = 11008, .n_heads = 32,
                            .eos_token = eos_token});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", epsilon));
  model.norm_placement = NormPlacement::post_inside;
  model.attention.qk_norm = QkNorm::all_heads;
  model.attention.qk_norm_kind = model.norm;
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = blueprint.tensors.layer;
  layer.attention_norm = layer.mlp_norm = "";
  layer.attention_post_norm = "post_attention_layernorm";
  layer.mlp_post_norm = "post_feedforward_layernorm";
  layer.query_norm = "self_attn.q_norm";
  layer.key_norm = "self_attn.k_norm";
  set_attention_bias(layer, config.flag("attention_bias", false));
  return blueprint;
}

}  // namespace

Blueprint read_olmo2(const Config& config) {
  Blueprint blueprint = read_norms_behind(config, "olmo2");
  set_rotary(blueprint, read_rotary(config, {.d_head = blueprint.description.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 2048)}));
  return blueprint;
}

Blueprint read_flex_olmo(const Config& fields) {
  const Config config = fields.with_aliases({{"num_local_experts", "num_experts"}});
  Blueprint blueprint = read_norms_behind(config, "flex_olmo", 100352, 1e-6, 100257);
  ModelDescription& model = blueprint.description;
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 4096),
                                             .theta = 500000}));
  read_experts(config, model, "num_experts", 7, 5, model.mlp.d_mlp);
  model.mlp.routing = config.flag("norm_topk_prob", false) ? Routing::softmax_over_active : Routing::softmax_over_all;
  set_expert_names(blueprint.tensors.layer);
  return blueprint;
}

Blueprint read_olmo3(const Config& config) {
  Blueprint blueprint = read_norms_behind(config, "olmo3");
  ModelDescription& model = blueprint.description;
  const RotaryDefaults defaults{
      .d_head = model.attention.d_head, .max_positions = config.count("max_position_embeddings", 2048), .theta = 500000};
  set_rotary(blueprint, read_layer_rotary(config, defaults, {.kind = "full_attention", .theta_field = "rope_theta", .has_scaling = true}));
  model.rotaries.push_back(read_layer_rotary(config, defaults, {.kind = "sliding_attention"}).description);
  std::vector<bool> usual;
  for (int i = 1; i <= model.n_layers; ++i) usual.push_back(i % 4 != 0);
  set_windows(model, read_sliding_layers(config, std::move(usual)), config.optional_count("sliding_window", 4096));
  for (LayerDescription& layer : model.layers) layer.rotary = layer.window > 0 ? 1 : 0;
  return blueprint;
}

}  // namespace headlight
