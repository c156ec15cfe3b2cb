// Arcee's AFM: Llama with a plain MLP of squared ReLU.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

Blueprint read_arcee(const Config& config) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "arcee",
                           {.n_layers = 32, .d_model = 2560, .vocab_size = 32000, .d_mlp = 18432, .n_heads = 32,
                            .bos_token = 128000, .eos_token = 128001});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-5));
  model.mlp.activation = config.activation("hidden_act", "relu2");
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 4096)}));
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = blueprint.tensors.layer;
  layer.gate = {};
  set_attention_bias(layer, config.flag("attention_bias", false));
  layer.up.has_bias = layer.down.has_bias = config.flag("mlp_bias", false);
  return blueprint;
}

}  // namespace headlight
