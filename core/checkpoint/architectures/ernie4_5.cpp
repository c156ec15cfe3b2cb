// ERNIE 4.5: Llama with a rotation of neighbouring pairs, and biases everywhere or nowhere.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

Blueprint read_ernie4_5(const Config& config) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "ernie4_5",
                           {.n_layers = 18, .d_model = 1024, .vocab_size = 103424, .d_mlp = 3072, .n_heads = 16,
                            .n_kv_heads = 2, .d_head = 128, .bos_token = 1, .eos_token = 2});
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

}  // namespace headlight
