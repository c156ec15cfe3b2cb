// Jais 2: Llama with layer norms, biases, and a plain MLP of squared ReLU.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

Blueprint read_jais2(const Config& config) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "jais2",
                           {.n_layers = 32, .d_model = 3328, .vocab_size = 150272, .d_mlp = 26624, .n_heads = 26,
                            .bos_token = 0, .eos_token = 150024});
  model.norm = model.final_norm = layer_norm(config.number("layer_norm_eps", 1e-5));
  model.mlp.activation = config.activation("hidden_act", "relu2");
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 8192)}));
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = blueprint.tensors.layer;
  layer.gate = {};
  set_attention_bias(layer, config.flag("attention_bias", true));
  layer.up.has_bias = layer.down.has_bias = config.flag("mlp_bias", true);
  return blueprint;
}

}  // namespace headlight
