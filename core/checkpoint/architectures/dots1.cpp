// dots.llm1: Qwen 3's attention, and experts that are chosen by sigmoids, beside one that every token goes through.
#include <algorithm>

#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

Blueprint read_dots1(const Config& fields) {
  const Config config = fields.with_aliases({{"num_local_experts", "n_routed_experts"}});
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "dots1",
                           {.n_layers = 62, .d_model = 4608, .vocab_size = 152064, .d_mlp = 10944, .n_heads = 32, .n_kv_heads = 32});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-6));
  model.attention.qk_norm = QkNorm::each_head;
  model.attention.qk_norm_kind = model.norm;
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  for (const char* name : {"n_routed_experts", "num_experts_per_tok"}) config.require_count(name);
  read_experts(config, model, "n_routed_experts", 0, 0, config.count("moe_intermediate_size", 1408));
  set_dense_layers(model, config.optional_number("first_k_dense_replace", 0).value_or(0));
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 2048)}));
  const auto window = config.optional_count("sliding_window", 4096);
  const double first = config.number("max_window_layers", 62);
  std::vector<bool> usual;
  for (int i = 0; i < model.n_layers; ++i) usual.push_back(window.has_value() && i >= first);
  set_windows(model, read_sliding_layers(config, std::move(usual)), window);

  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = blueprint.tensors.layer;
  set_attention_bias(layer, config.flag("attention_bias", false));
  layer.query_norm = "self_attn.q_norm";
  layer.key_norm = "self_attn.k_norm";
  set_expert_names(layer);
  read_sigmoid_routing(config, blueprint, "n_routed_experts", {.is_normalised = false});
  const bool has_experts = std::ranges::any_of(model.layers, &LayerDescription::has_experts);
  if (has_experts) set_shared_expert(blueprint, config.require_count("n_shared_experts"), "mlp.shared_experts.");
  return blueprint;
}

}  // namespace headlight
