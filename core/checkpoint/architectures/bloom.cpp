// BLOOM: ALiBi instead of positions, a norm on the embeddings, q, k, v interleaved by head.
#include <cmath>

#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {
namespace {

TensorTable name_tensors(bool tied, int n_heads) {
  TensorTable table;
  table.prefixes = {"transformer.", ""};
  table.token_embedding = "word_embeddings";
  table.embedding_norm = "word_embeddings_layernorm";
  table.layer_prefix = "h.{}.";
  LayerTensors& layer = table.layer;
  layer.attention_norm = "input_layernorm";
  layer.mlp_norm = "post_attention_layernorm";
  layer.fused_qkv = {"self_attention.query_key_value", true};
  layer.qkv_groups = n_heads;
  layer.output = {"self_attention.dense", true};
  layer.up = {"mlp.dense_h_to_4h", true};
  layer.down = {"mlp.dense_4h_to_h", true};
  table.final_norm = "ln_f";
  table.unembedding = {"lm_head"};
  table.tied = tied;
  return table;
}

}  // namespace

Blueprint read_bloom(const Config& fields) {
  const Config config =
      fields.with_aliases({{"n_embed", "hidden_size"}, {"num_attention_heads", "n_head"}, {"num_hidden_layers", "n_layer"}});
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model.architecture = "bloom";
  model.n_layers = config.layer_count("n_layer", 2);
  model.d_model = config.count("hidden_size", 64);
  model.vocab_size = config.count("vocab_size", 250880);
  model.bos_token = config.token("bos_token_id", 1);
  model.eos_token = config.token("eos_token_id", 2);
  model.positions = PositionScheme::alibi;
  model.norm = model.final_norm = model.embedding_norm = layer_norm(config.number("layer_norm_epsilon", 1e-5));
  model.has_embedding_norm = true;
  model.residual_is_normed = config.flag("apply_residual_connection_post_layernorm", false);

  AttentionDescription& attention = model.attention;
  attention.n_heads = attention.n_kv_heads = config.count("n_head", 8);
  attention.d_head = divide_evenly("hidden_size", model.d_model, "n_head", attention.n_heads);
  attention.score_scale = 1 / std::sqrt(attention.d_head);
  model.alibi.slopes = alibi_slopes(attention.n_heads);
  model.mlp = {.activation = Activation::gelu_tanh, .d_mlp = 4 * model.d_model};
  model.layers.assign(static_cast<std::size_t>(model.n_layers), {.positions = PositionScheme::alibi});
  blueprint.tensors = name_tensors(config.flag("tie_word_embeddings", true), attention.n_heads);
  return blueprint;
}

}  // namespace headlight
