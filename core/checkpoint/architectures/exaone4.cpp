// EXAONE 4: norms behind each half of a block and on each query and key, every fourth layer without a window and without
// positions; in the small ones no layer has a window and all rotate. EXAONE MoE: norms before each half instead, and experts chosen by
// sigmoids, beside one that every token goes through.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

namespace {

// All but where the norms stand and what the MLPs are.
Blueprint read_exaone(const Config& config, const char* architecture, int bos_token, int eos_token) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, architecture,
                           {.n_layers = 32, .d_model = 4096, .vocab_size = 102400, .d_mlp = 16384, .n_heads = 32,
                            .n_kv_heads = 32, .bos_token = bos_token, .eos_token = eos_token});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-5));
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
  layer.query_norm = "self_attn.q_norm";
  layer.key_norm = "self_attn.k_norm";
  return blueprint;
}

// "mlp_layer_types" as a word for each layer, or the first "first_k_dense_replace" layers.
void read_dense_layers(const Config& config, ModelDescription& model) {
  const Json& types = config["mlp_layer_types"];
  if (types.is_null()) return set_dense_layers(model, config.number("first_k_dense_replace", 1));
  if (types.as_array().size() != model.layers.size())
    config.refuse("mlp_layer_types", "which is not a word for each of " + std::to_string(model.n_layers) + " layers");
  for (std::size_t i = 0; i < model.layers.size(); ++i) model.layers[i].has_experts = types[i].as_string() == "sparse";
}

}  // namespace

Blueprint read_exaone4(const Config& config) {
  Blueprint blueprint = read_exaone(config, "exaone4", 0, 2);
  blueprint.description.norm_placement = NormPlacement::post_inside;
  LayerTensors& layer = blueprint.tensors.layer;
  layer.attention_norm = layer.mlp_norm = "";
  layer.attention_post_norm = "post_attention_layernorm";
  layer.mlp_post_norm = "post_feedforward_layernorm";
  return blueprint;
}

Blueprint read_exaone_moe(const Config& fields) {
  const Config config = fields.with_aliases({{"num_local_experts", "num_experts"}});
  Blueprint blueprint = read_exaone(config, "exaone_moe", 1, 53);
  ModelDescription& model = blueprint.description;
  read_experts(config, model, "num_experts", 64, 8, config.count("moe_intermediate_size", 1024));
  read_dense_layers(config, model);
  set_expert_names(blueprint.tensors.layer);
  read_sigmoid_routing(config, blueprint, "num_experts", {.scale = 2.5});
  blueprint.tensors.layer.router_correction = "mlp.e_score_correction_bias";
  blueprint.tensors.other_names = {{"mlp.e_score_correction_bias", "mlp.gate.e_score_correction_bias"}};
  set_shared_expert(blueprint, config.count("num_shared_experts", 1), "mlp.shared_experts.");
  return blueprint;
}

}  // namespace headlight
