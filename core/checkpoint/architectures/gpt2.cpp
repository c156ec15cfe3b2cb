// GPT-2: learned positions, layer norms before each half of a block, fused q, k, v in Conv1D's order [in, out].
// StarCoder 1: the same in Linear's order, with one key head, or with q, k, v interleaved by head.
#include <cmath>

#include "core/checkpoint/architectures/all.hpp"

namespace headlight {
namespace {

Config with_names(const Config& fields) {
  return fields.with_aliases({{"hidden_size", "n_embd"},
                              {"max_position_embeddings", "n_positions"},
                              {"num_attention_heads", "n_head"},
                              {"num_hidden_layers", "n_layer"}});
}

ModelDescription describe(const Config& config, const char* architecture, const char* activation) {
  ModelDescription model;
  model.architecture = architecture;
  model.n_layers = config.layer_count("n_layer", 12);
  model.d_model = config.count("n_embd", 768);
  model.vocab_size = config.count("vocab_size", 50257);
  model.n_ctx = config.count("n_positions", 1024);
  model.bos_token = config.token("bos_token_id", 50256);
  model.eos_token = config.token("eos_token_id", 50256);
  model.positions = PositionScheme::learned;

  model.norm = {.kind = NormKind::layer_norm, .epsilon = config.number("layer_norm_epsilon", 1e-5), .has_bias = true};
  model.final_norm = model.norm;

  AttentionDescription& attention = model.attention;
  attention.n_heads = attention.n_kv_heads = config.count("n_head", 12);
  attention.d_head = divide_evenly("n_embd", model.d_model, "n_head", attention.n_heads);
  attention.score_scale = config.flag("scale_attn_weights", true) ? 1 / std::sqrt(attention.d_head) : 1;

  model.mlp.activation = config.activation("activation_function", activation);
  model.mlp.d_mlp = config.optional_count("n_inner").value_or(4 * model.d_model);

  model.layers.resize(static_cast<std::size_t>(model.n_layers));
  const bool scaled_by_layer = config.flag("scale_attn_by_inverse_layer_idx", false);
  for (int i = 0; i < model.n_layers; ++i) {
    LayerDescription& layer = model.layers[static_cast<std::size_t>(i)];
    layer.positions = PositionScheme::learned;
    if (scaled_by_layer) layer.score_scale = attention.score_scale / (i + 1);
  }
  return model;
}

TensorTable name_tensors(bool tied) {
  TensorTable table;
  table.prefixes = {"transformer.", ""};
  table.order = MatrixOrder::in_out;
  table.token_embedding = "wte";
  table.position_embedding = "wpe";
  table.layer_prefix = "h.{}.";
  table.layer = {.attention_norm = "ln_1",
                 .mlp_norm = "ln_2",
                 .fused_qkv = {"attn.c_attn", true},
                 .output = {"attn.c_proj", true},
                 .up = {"mlp.c_fc", true},
                 .down = {"mlp.c_proj", true}};
  table.final_norm = "ln_f";
  table.unembedding = {"lm_head"};
  table.tied = tied;
  table.buffers = {".attn.bias", ".attn.masked_bias"};
  return table;
}

}  // namespace

Blueprint read_gpt2(const Config& fields) {
  const Config config = with_names(fields);
  config.require_flag("add_cross_attention", false, false);
  return {.description = describe(config, "gpt2", "gelu_new"), .tensors = name_tensors(config.flag("tie_word_embeddings", true)), .notes = {}};
}

Blueprint read_gpt_bigcode(const Config& fields) {
  const Config config = with_names(fields);
  config.require_flag("add_cross_attention", false, false);
  Blueprint blueprint{.description = describe(config, "gpt_bigcode", "gelu_pytorch_tanh"),
                      .tensors = name_tensors(config.flag("tie_word_embeddings", true)),
                      .notes = {}};
  AttentionDescription& attention = blueprint.description.attention;
  if (config.flag("multi_query", true)) attention.n_kv_heads = 1;
  blueprint.tensors.layer.qkv_groups = attention.n_kv_heads;
  blueprint.tensors.order = MatrixOrder::out_in;
  return blueprint;
}

}  // namespace headlight
