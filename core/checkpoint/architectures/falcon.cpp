// Falcon: attention and MLP side by side, few or single key heads, all of q, k, v in one tensor. The first design
// (7B) has one key head and one norm; the new one (40B) key heads that stand after their query heads and two norms.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {
namespace {

struct Design {
  bool is_new = false, parallel = true, two_norms = false;
  int qkv_groups = 1;
};

// Checks the flags against each other as transformers' forward pass does, and sets the number of key heads.
Design read_design(const Config& config, AttentionDescription& attention) {
  Design design;
  design.is_new = config.flag("new_decoder_architecture", false);
  design.parallel = config.flag("parallel_attn", true);
  const int n_norms = config.optional_count("num_ln_in_parallel_attn").value_or(design.is_new ? 2 : 1);
  design.two_norms = n_norms == 2 && design.parallel;
  if (n_norms > 2 || (design.two_norms && !design.is_new))
    config.refuse("num_ln_in_parallel_attn", "where a Falcon has 1, or 2 with \"new_decoder_architecture\"");
  if (design.is_new && !design.parallel) config.refuse("parallel_attn", "which contradicts \"new_decoder_architecture\"");

  const int n_kv_heads = config.optional_count("num_kv_heads").value_or(attention.n_heads);
  if (design.is_new) {
    design.qkv_groups = attention.n_kv_heads = n_kv_heads;
  } else if (config.flag("multi_query", true)) {
    attention.n_kv_heads = 1;
  } else if (n_kv_heads == attention.n_heads) {
    design.qkv_groups = attention.n_kv_heads = n_kv_heads;
  } else {
    config.refuse("num_kv_heads", "where a Falcon without \"multi_query\" has one for each head");
  }
  return design;
}

// Slopes rounded to bfloat16, over sqrt(d_head). transformers' eager attention adds this bias twice, once with the mask and once
// with the scores (its sdpa attention, once); what it computes is what is computed here.
void set_alibi(ModelDescription& model) {
  constexpr double kTimesAdded = 2;
  model.positions = PositionScheme::alibi;
  model.alibi = {.slopes = alibi_slopes(model.attention.n_heads),
                 .scale = kTimesAdded * model.attention.score_scale,
                 .rounds_to_bf16 = true};
  for (LayerDescription& layer : model.layers) layer.positions = PositionScheme::alibi;
}

TensorTable name_tensors(const Config& config, const Design& design) {
  const bool bias = config.flag("bias", false);
  TensorTable table;
  table.prefixes = {"transformer.", ""};
  table.token_embedding = "word_embeddings";
  table.layer_prefix = "h.{}.";
  table.layer = {.attention_norm = design.two_norms ? "ln_attn" : "input_layernorm",
                 .fused_qkv = {"self_attention.query_key_value", bias},
                 .qkv_groups = design.qkv_groups,
                 .output = {"self_attention.dense", bias},
                 .up = {"mlp.dense_h_to_4h", bias},
                 .down = {"mlp.dense_4h_to_h", bias}};
  if (design.two_norms) table.layer.mlp_norm = "ln_mlp";
  if (!design.parallel) table.layer.mlp_norm = "post_attention_layernorm";
  table.final_norm = "ln_f";
  table.unembedding = {"lm_head"};
  table.tied = config.flag("tie_word_embeddings", true);
  table.buffers = {".self_attention.rotary.inv_freq", ".self_attention.maybe_rotary.inv_freq"};
  return table;
}

}  // namespace

Blueprint read_falcon(const Config& fields) {
  const Config config = fields.with_aliases({{"n_embed", "hidden_size"}}).without({"num_key_value_heads", "head_dim"});
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "falcon",
                           {.n_layers = 32, .d_model = 4544, .vocab_size = 65024, .d_mlp = 4 * 4544, .n_heads = 71,
                            .bos_token = 11, .eos_token = 11});
  model.mlp.d_mlp = config.optional_count("ffn_hidden_size").value_or(4 * model.d_model);
  const Design design = read_design(config, model.attention);
  model.norm = model.final_norm = layer_norm(config.optional_number("layer_norm_epsilon", 1e-5).value_or(1e-5));
  model.parallel_residual = design.parallel;
  model.parallel_shares_norm = design.parallel && !design.two_norms;
  model.mlp.activation = config.activation("activation", "gelu");
  if (config.flag("alibi", false)) {
    set_alibi(model);
    blueprint.notes.push_back("ALiBi is added twice, as transformers' eager attention does");
  } else {
    set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                               .max_positions = config.count("max_position_embeddings", 2048)}));
  }
  blueprint.tensors = name_tensors(config, design);
  return blueprint;
}

}  // namespace headlight
