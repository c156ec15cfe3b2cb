// OLMo 1: Llama with layer norms that have no weights, and perhaps clamped queries, keys and values.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

Blueprint read_olmo(const Config& config) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "olmo",
                           {.n_layers = 32, .d_model = 4096, .vocab_size = 50304, .d_mlp = 11008, .n_heads = 32,
                            .eos_token = 50279});
  model.norm = model.final_norm = {.kind = NormKind::layer_norm, .epsilon = 1e-5, .has_weight = false};
  model.attention.qkv_clip = read_limit(config, "clip_qkv");
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 2048)}));
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  set_attention_bias(blueprint.tensors.layer, config.flag("attention_bias", false));
  return blueprint;
}

}  // namespace headlight
