// GLM-4.5 and 4.6: half of each head rotates, experts are chosen by sigmoids, beside one that every token goes through; the first
// layers have none. Solar Open: the same with experts everywhere.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

namespace {

Blueprint read_sigmoid_glm(const Config& config, const LlamaSizes& sizes, const char* architecture, double theta, double partial, int d_expert) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, architecture, sizes);
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-5));
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  read_experts(config, model, "n_routed_experts", 128, 8, config.count("moe_intermediate_size", d_expert));
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 131072),
                                             .theta = theta,
                                             .partial_factor = partial,
                                             .partial_is_supported = true}));
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = blueprint.tensors.layer;
  layer.query.has_bias = layer.key.has_bias = layer.value.has_bias = config.flag("attention_bias", false);
  set_expert_names(layer);
  read_sigmoid_routing(config, blueprint, "n_routed_experts");
  set_shared_expert(blueprint, config.count("n_shared_experts", 1), "mlp.shared_experts.");
  return blueprint;
}

}  // namespace

Blueprint read_glm4_moe(const Config& fields) {
  const Config config = fields.with_aliases({{"num_local_experts", "n_routed_experts"}});
  const int d_head = config.count("hidden_size", 4096) / config.count("num_attention_heads", 96);  // may leave a rest
  Blueprint blueprint = read_sigmoid_glm(
      config,
      {.n_layers = 46, .d_model = 4096, .vocab_size = 151552, .d_mlp = 10944, .n_heads = 96, .n_kv_heads = 8, .d_head = d_head},
      "glm4_moe", 10000, 0.5, 1408);
  ModelDescription& model = blueprint.description;
  set_dense_layers(model, config.number("first_k_dense_replace", 1));
  if (!config.flag("use_qk_norm", false)) return blueprint;
  model.attention.qk_norm = QkNorm::each_head;
  model.attention.qk_norm_kind = model.norm;
  blueprint.tensors.layer.query_norm = "self_attn.q_norm";
  blueprint.tensors.layer.key_norm = "self_attn.k_norm";
  return blueprint;
}

Blueprint read_solar_open(const Config& fields) {
  const Config config = fields.with_aliases({{"num_local_experts", "n_routed_experts"}}).without({"intermediate_size"});
  return read_sigmoid_glm(
      config, {.n_layers = 48, .d_model = 4096, .vocab_size = 196608, .d_mlp = 1, .n_heads = 64, .n_kv_heads = 8, .d_head = 128}, "solar_open", 1e6, 1,
      1280);
}

}  // namespace headlight
