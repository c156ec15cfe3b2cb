// Persimmon: queries, keys and values interleaved by head in one tensor, layer norms on them, a rotation of half of each head, squared ReLU.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

Blueprint read_persimmon(const Config& fields) {
  const Config config = fields.without({"num_key_value_heads", "head_dim"});
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "persimmon",
                           {.n_layers = 36, .d_model = 4096, .vocab_size = 262144, .d_mlp = 16384, .n_heads = 64,
                            .bos_token = 1, .eos_token = 2});
  model.norm = model.final_norm = layer_norm(config.number("layer_norm_eps", 1e-5));
  if (config.flag("qk_layernorm", true)) model.attention.qk_norm = QkNorm::each_head;
  model.attention.qk_norm_kind = model.norm;
  model.mlp.activation = config.activation("hidden_act", "relu2");
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 16384),
                                             .partial_factor = 0.5,
                                             .partial_is_supported = true,
                                             .n_dims_must_be_even = true}));
  TensorTable& table = blueprint.tensors;
  table = llama_tensors(config.flag("tie_word_embeddings", false));
  table.layer = {.attention_norm = "input_layernorm",
                 .mlp_norm = "post_attention_layernorm",
                 .query_norm = "self_attn.q_layernorm",
                 .key_norm = "self_attn.k_layernorm",
                 .fused_qkv = {"self_attn.query_key_value", true},
                 .qkv_groups = model.attention.n_heads,
                 .output = {"self_attn.dense", true},
                 .up = {"mlp.dense_h_to_4h", true},
                 .down = {"mlp.dense_4h_to_h", true}};
  table.final_norm = "final_layernorm";
  return blueprint;
}

}  // namespace headlight
