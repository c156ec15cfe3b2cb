// OPT: GPT-2 with separate q, k, v in Linear's order, ReLU, and positions that are looked up from row 2.
// OPT-350m has its norms over the sums, and embeddings narrower than the residual stream.
#include <cmath>

#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {
namespace {

TensorTable name_tensors(const Config& config) {
  const bool bias = config.flag("enable_bias", true);
  TensorTable table;
  table.prefixes = {"model.decoder.", "decoder.", ""};
  table.token_embedding = "embed_tokens";
  table.position_embedding = "embed_positions";
  table.layer_prefix = "layers.{}.";
  table.embedding_in = "project_in";
  table.embedding_out = "project_out";
  const bool before = config.flag("do_layer_norm_before", true);
  table.layer = {.attention_norm = before ? "self_attn_layer_norm" : "",
                 .attention_post_norm = before ? "" : "self_attn_layer_norm",
                 .mlp_norm = before ? "final_layer_norm" : "",
                 .mlp_post_norm = before ? "" : "final_layer_norm",
                 .query = {"self_attn.q_proj", bias},
                 .key = {"self_attn.k_proj", bias},
                 .value = {"self_attn.v_proj", bias},
                 .output = {"self_attn.out_proj", bias},
                 .up = {"fc1", bias},
                 .down = {"fc2", bias}};
  table.final_norm = "final_layer_norm";
  table.unembedding = {"lm_head"};
  table.tied = config.flag("tie_word_embeddings", true);
  return table;
}

}  // namespace

Blueprint read_opt(const Config& config) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model.architecture = "opt";
  model.n_layers = config.layer_count("num_hidden_layers", 12);
  model.d_model = config.count("hidden_size", 768);
  model.vocab_size = config.count("vocab_size", 50272);
  model.n_ctx = config.count("max_position_embeddings", 2048);
  model.bos_token = config.token("bos_token_id", 2);
  model.eos_token = config.token("eos_token_id", 2);
  model.positions = PositionScheme::learned;
  model.learned_position_offset = 2;
  if (const int width = config.optional_count("word_embed_proj_dim").value_or(model.d_model); width != model.d_model)
    model.d_embedding = width;
  const bool before = config.flag("do_layer_norm_before", true);
  if (!before) model.norm_placement = NormPlacement::post;

  model.norm = layer_norm(1e-5);
  model.norm.has_weight = model.norm.has_bias = config.flag("layer_norm_elementwise_affine", true);
  model.final_norm = model.norm;
  model.has_final_norm = before && !config.flag("_remove_final_layer_norm", false);

  AttentionDescription& attention = model.attention;
  attention.n_heads = attention.n_kv_heads = config.count("num_attention_heads", 12);
  attention.d_head = divide_evenly("hidden_size", model.d_model, "num_attention_heads", attention.n_heads);
  attention.score_scale = 1 / std::sqrt(attention.d_head);
  model.mlp.activation = config.activation("activation_function", "relu");
  model.mlp.d_mlp = config.count("ffn_dim", 3072);
  model.layers.assign(static_cast<std::size_t>(model.n_layers), {.positions = PositionScheme::learned});
  blueprint.tensors = name_tensors(config);
  return blueprint;
}

}  // namespace headlight
