// StableLM: layer norms, a rotation of a quarter of each head, a gated MLP; perhaps in parallel on the same norm,
// perhaps with norms with weights of their own for each query and key head (2 12B).
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

Blueprint read_stablelm(const Config& fields) {
  const Config config = fields.without({"head_dim"});
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "stablelm",
                           {.n_layers = 32, .d_model = 2560, .vocab_size = 50304, .d_mlp = 6912, .n_heads = 32,
                            .n_kv_heads = 32, .bos_token = 0, .eos_token = 0});
  model.norm = model.final_norm = layer_norm(config.number("layer_norm_eps", 1e-5));
  model.parallel_residual = model.parallel_shares_norm = config.flag("use_parallel_residual", false);
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 4096),
                                             .partial_factor = 0.25,
                                             .partial_is_supported = true,
                                             .n_dims_must_be_even = true}));

  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = blueprint.tensors.layer;
  layer.query.has_bias = layer.key.has_bias = layer.value.has_bias = config.flag("use_qkv_bias", false);
  if (model.parallel_residual) layer.mlp_norm = "";
  if (config.flag("qk_layernorm", false)) {
    model.attention.qk_norm = QkNorm::each_head_own_weights;
    model.attention.qk_norm_kind = model.norm;
    model.attention.qk_norm_kind.has_bias = false;
    layer.query_norm = "self_attn.q_layernorm.norms.{}";
    layer.key_norm = "self_attn.k_layernorm.norms.{}";
  }
  return blueprint;
}

}  // namespace headlight
