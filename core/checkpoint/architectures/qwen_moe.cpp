// Qwen 1.5 and 2 MoE: Qwen 2 with experts and one more that every token goes through, gated.
// Qwen 3 MoE: Qwen 3 with experts. In both, some layers may have a plain MLP.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

namespace {

// All but windows and the norms and biases of attention.
Blueprint read_mixture(const Config& config, const char* architecture, const LlamaSizes& sizes, const char* number_field,
                       int n_experts, int n_active, int d_expert) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, architecture, sizes);
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-6));
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  read_experts(config, model, number_field, n_experts, n_active, config.count("moe_intermediate_size", d_expert));
  model.mlp.routing = config.flag("norm_topk_prob", false) ? Routing::softmax_over_active : Routing::softmax_over_all;
  const int step = config.count("decoder_sparse_step", 1);
  for (int i = 0; i < model.n_layers; ++i) model.layers[static_cast<std::size_t>(i)].has_experts = (i + 1) % step == 0;
  if (!config["mlp_only_layers"].is_null())
    for (const Json& index : config["mlp_only_layers"].as_array())
      if (const std::int64_t i = index.as_integer(); i >= 0 && i < model.n_layers)
        model.layers[static_cast<std::size_t>(i)].has_experts = false;
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 32768)}));
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  set_expert_names(blueprint.tensors.layer);
  return blueprint;
}

}  // namespace

Blueprint read_qwen2_moe(const Config& config) {
  Blueprint blueprint = read_mixture(config, "qwen2_moe",
                                     {.n_layers = 24, .d_model = 2048, .vocab_size = 151936, .d_mlp = 5632, .n_heads = 16,
                                      .n_kv_heads = 16},
                                     "num_experts", 60, 4, 1408);
  ModelDescription& model = blueprint.description;
  model.mlp.d_shared = config.count("shared_expert_intermediate_size", 5632);
  model.mlp.shared_is_gated = true;
  const bool may_slide = config.flag("use_sliding_window", false);
  const double last = config.number("max_window_layers", 28);
  std::vector<bool> usual;
  for (int i = 0; i < model.n_layers; ++i) usual.push_back(may_slide && i % 2 == 0 && i < last);
  const auto window = may_slide ? config.optional_count("sliding_window", 4096) : std::nullopt;
  set_windows(model, read_sliding_layers(config, std::move(usual)), window);

  LayerTensors& layer = blueprint.tensors.layer;
  layer.query.has_bias = layer.key.has_bias = layer.value.has_bias = config.flag("qkv_bias", true);
  layer.shared_expert = {
      .gate = {"mlp.shared_expert.gate_proj"}, .up = {"mlp.shared_expert.up_proj"}, .down = {"mlp.shared_expert.down_proj"}};
  layer.shared_expert_gate = {"mlp.shared_expert_gate"};
  return blueprint;
}

Blueprint read_qwen3_moe(const Config& fields) {
  const Config config = fields.with_aliases({{"num_experts", "num_local_experts"}});
  Blueprint blueprint = read_mixture(config, "qwen3_moe",
                                     {.n_layers = 24, .d_model = 2048, .vocab_size = 151936, .d_mlp = 6144, .n_heads = 32,
                                      .n_kv_heads = 4},
                                     "num_local_experts", 128, 8, 768);
  ModelDescription& model = blueprint.description;
  model.attention.qk_norm = QkNorm::each_head;
  model.attention.qk_norm_kind = model.norm;
  const auto window = config.flag("use_sliding_window", false) ? config.optional_count("sliding_window", 4096) : std::nullopt;
  set_windows(model, std::vector<bool>(model.layers.size(), window.has_value()), window);
  LayerTensors& layer = blueprint.tensors.layer;
  layer.query_norm = "self_attn.q_norm";
  layer.key_norm = "self_attn.k_norm";
  set_attention_bias(layer, config.flag("attention_bias", false));
  return blueprint;
}

}  // namespace headlight
