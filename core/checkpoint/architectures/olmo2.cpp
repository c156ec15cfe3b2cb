// OLMo 2: norms only behind each half of a block, within the residual, and over the whole of queries and keys.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

Blueprint read_olmo2(const Config& config) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "olmo2",
                           {.n_layers = 32, .d_model = 4096, .vocab_size = 50304, .d_mlp = 11008, .n_heads = 32,
                            .eos_token = 50279});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-5));
  model.norm_placement = NormPlacement::post_inside;
  model.attention.qk_norm = QkNorm::all_heads;
  model.attention.qk_norm_kind = model.norm;
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 2048)}));

  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = blueprint.tensors.layer;
  layer.attention_norm = layer.mlp_norm = "";
  layer.attention_post_norm = "post_attention_layernorm";
  layer.mlp_post_norm = "post_feedforward_layernorm";
  layer.query_norm = "self_attn.q_norm";
  layer.key_norm = "self_attn.k_norm";
  set_attention_bias(layer, config.flag("attention_bias", false));
  return blueprint;
}

}  // namespace headlight
