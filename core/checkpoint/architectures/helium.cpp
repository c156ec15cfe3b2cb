// Helium: Llama with a rotation of neighbouring pairs.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

Blueprint read_helium(const Config& config) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "helium",
                           {.n_layers = 24, .d_model = 2560, .vocab_size = 48000, .d_mlp = 7040, .n_heads = 20, .n_kv_heads = 20,
                            .d_head = 128, .bos_token = 1, .eos_token = 2});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-8));
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  set_rotary(blueprint, read_rotary(config, {.style = RotaryStyle::interleaved,
                                             .d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 4096),
                                             .theta = 100000}));
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = blueprint.tensors.layer;
  layer.query.has_bias = layer.key.has_bias = layer.value.has_bias = config.flag("attention_bias", false);
  for (StoredProjection* stored : {&layer.gate, &layer.up, &layer.down}) stored->has_bias = config.flag("mlp_bias", false);
  return blueprint;
}

}  // namespace headlight
