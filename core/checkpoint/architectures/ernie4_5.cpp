// ERNIE 4.5: Llama with a rotation of neighbouring pairs, and biases everywhere or nowhere. With experts: in some layers, beside one
// that every token goes through.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

namespace {

Blueprint read_ernie(const Config& config, const char* architecture, const LlamaSizes& sizes) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, architecture, sizes);
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-5));
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  set_rotary(blueprint, read_rotary(config, {.style = RotaryStyle::interleaved,
                                             .d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 131072),
                                             .theta = 500000}));
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", true));
  LayerTensors& layer = blueprint.tensors.layer;
  const bool bias = config.flag("use_bias", false);
  set_attention_bias(layer, bias);
  for (StoredProjection* stored : {&layer.gate, &layer.up, &layer.down}) stored->has_bias = bias;
  return blueprint;
}

}  // namespace

Blueprint read_ernie4_5(const Config& config) {
  return read_ernie(config, "ernie4_5",
                    {.n_layers = 18, .d_model = 1024, .vocab_size = 103424, .d_mlp = 3072, .n_heads = 16, .n_kv_heads = 2,
                     .d_head = 128, .bos_token = 1, .eos_token = 2});
}

Blueprint read_ernie4_5_moe(const Config& fields) {
  const Config config = fields.with_aliases({{"num_experts", "moe_num_experts"}, {"num_experts_per_tok", "moe_k"}})
                            .with_aliases({{"moe_k", "num_experts_per_tok"}});
  Blueprint blueprint = read_ernie(config, "ernie4_5_moe",
                                   {.n_layers = 28, .d_model = 2560, .vocab_size = 103424, .d_mlp = 12288, .n_heads = 20, .n_kv_heads = 4,
                                    .bos_token = 1, .eos_token = 2});
  ModelDescription& model = blueprint.description;
  read_experts(config, model, "moe_num_experts", 64, 6, config.count("moe_intermediate_size", 1536));
  model.mlp.routing = Routing::scored;
  model.mlp.scored = {.is_normalised = true, .least_sum = config.number("moe_norm_min", 1e-12)};
  const double first = config.number("moe_layer_start_index", 1), end = config.number("moe_layer_end_index", -1);
  const int interval = config.count("moe_layer_interval", 1);
  for (int i = 0; i < model.n_layers; ++i)
    model.layers[static_cast<std::size_t>(i)].has_experts = (i + 1) % interval == 0 && i >= first && i <= (end == -1 ? model.n_layers - 1 : end);

  LayerTensors& layer = blueprint.tensors.layer;
  const bool bias = config.flag("use_bias", false);
  set_expert_names(layer);
  layer.router_correction = "mlp.moe_statics.e_score_correction_bias";
  blueprint.tensors.other_names = {{"mlp.moe_statics.", "mlp.gate.moe_statics."}};
  blueprint.tensors.unembedding.has_bias = bias;
  const double n_shared = config.number("moe_num_shared_experts", 2);
  if (n_shared > 0) set_shared_expert(blueprint, config.count("moe_num_shared_experts", 2), "mlp.shared_experts.", bias);
  return blueprint;
}

}  // namespace headlight
