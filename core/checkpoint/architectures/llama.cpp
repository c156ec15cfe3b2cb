// Llama: rotary positions, RMS norms before each half of a block, grouped keys and values, a gated MLP.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {
namespace {

TensorTable name_tensors(const Config& config) {
  TensorTable table = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = table.layer;
  set_attention_bias(layer, config.flag("attention_bias", false));
  for (StoredProjection* stored : {&layer.gate, &layer.up, &layer.down}) stored->has_bias = config.flag("mlp_bias", false);
  return table;
}

}  // namespace

Blueprint read_llama(const Config& config) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "llama",
                           {.n_layers = 32, .d_model = 4096, .vocab_size = 32000, .d_mlp = 11008, .n_heads = 32,
                            .bos_token = 1, .eos_token = 2});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-6));
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 2048)}));
  blueprint.tensors = name_tensors(config);
  return blueprint;
}

}  // namespace headlight
