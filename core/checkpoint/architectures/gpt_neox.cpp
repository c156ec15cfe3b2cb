// GPT-NeoX and Pythia: attention and MLP side by side on norms of their own, q, k, v interleaved by head, a rotation of a
// quarter of each head.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {
namespace {

TensorTable name_tensors(const Config& config, int n_heads) {
  const bool attention_bias = config.flag("attention_bias", true);
  TensorTable table;
  table.prefixes = {"gpt_neox.", ""};
  table.token_embedding = "embed_in";
  table.layer_prefix = "layers.{}.";
  table.layer = {.attention_norm = "input_layernorm",
                 .mlp_norm = "post_attention_layernorm",
                 .fused_qkv = {"attention.query_key_value", attention_bias},
                 .qkv_groups = n_heads,
                 .output = {"attention.dense", attention_bias},
                 .up = {"mlp.dense_h_to_4h", true},
                 .down = {"mlp.dense_4h_to_h", true}};
  table.final_norm = "final_layer_norm";
  table.unembedding = {"embed_out"};
  table.other_names = {{"embed_out", "lm_head"}};
  table.tied = config.flag("tie_word_embeddings", false);
  table.buffers = {".attention.bias", ".attention.masked_bias", ".attention.rotary_emb.inv_freq"};
  return table;
}

}  // namespace

Blueprint read_gpt_neox(const Config& fields) {
  // Beside "rope_parameters" the base and the share have names of their own; Llama's are not read there.
  const Config config = fields.without({"num_key_value_heads", "head_dim", "rope_theta", "partial_rotary_factor"})
                            .with_aliases({{"rotary_emb_base", "rope_theta"}, {"rotary_pct", "partial_rotary_factor"}});
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "gpt_neox",
                           {.n_layers = 44, .d_model = 6144, .vocab_size = 50432, .d_mlp = 24576, .n_heads = 64,
                            .bos_token = 0, .eos_token = 2});
  if (const auto d_head = fields.optional_count("head_dim"); d_head && *d_head != model.attention.d_head)
    fields.refuse("head_dim", "which is not \"hidden_size\" / \"num_attention_heads\"");
  model.norm = model.final_norm = layer_norm(config.number("layer_norm_eps", 1e-5));
  model.parallel_residual = config.flag("use_parallel_residual", true);
  model.mlp.activation = config.activation("hidden_act", "gelu");
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 2048),
                                             .partial_factor = 0.25,
                                             .partial_is_supported = true}));
  blueprint.tensors = name_tensors(config, model.attention.n_heads);
  return blueprint;
}

}  // namespace headlight
