// Seed-OSS: Llama with biases on queries, keys and values, and perhaps elsewhere.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

Blueprint read_seed_oss(const Config& config) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "seed_oss",
                           {.n_layers = 64, .d_model = 4096, .vocab_size = 155136, .d_mlp = 27648, .n_heads = 80,
                            .n_kv_heads = 8, .d_head = 128, .bos_token = 0, .eos_token = 2});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-6));
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 524288)}));
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = blueprint.tensors.layer;
  set_attention_bias(layer, config.flag("attention_bias", true));
  layer.output.has_bias = config.flag("attention_out_bias", false);
  for (StoredProjection* stored : {&layer.gate, &layer.up, &layer.down}) stored->has_bias = config.flag("mlp_bias", false);
  return blueprint;
}

}  // namespace headlight
