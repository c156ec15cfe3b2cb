// Nemotron 4: layer norms whose weights w mean 1 + w, a plain MLP with squared ReLU, a rotation of half of each head.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

Blueprint read_nemotron(const Config& config) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "nemotron",
                           {.n_layers = 32, .d_model = 6144, .vocab_size = 256000, .d_mlp = 24576, .n_heads = 48,
                            .bos_token = 2, .eos_token = 3});
  model.norm = layer_norm(config.number("norm_eps", 1e-5));
  model.norm.weight_offset = 1;
  model.final_norm = model.norm;
  model.mlp.activation = config.activation("hidden_act", "relu2");
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 4096),
                                             .partial_factor = 0.5,
                                             .partial_is_supported = true}));
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = blueprint.tensors.layer;
  layer.gate = {};
  set_attention_bias(layer, config.flag("attention_bias", false));
  layer.up.has_bias = layer.down.has_bias = config.flag("mlp_bias", false);
  return blueprint;
}

}  // namespace headlight
