// MPT: ALiBi, layer norms without bias, queries, keys and values in one tensor and perhaps clamped.
#include <cmath>

#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

namespace {

// Slopes as MPT has them: those of the next power of two, where that is more than the heads every second one first.
std::vector<double> mpt_slopes(int n_heads) {
  check_alibi_heads(n_heads);
  int power = 1;
  while (power < n_heads) power *= 2;
  std::vector<double> all, slopes;
  for (int i = 1; i <= power; ++i) all.push_back(std::pow(2.0, -8.0 * i / power));
  if (power == n_heads) return all;
  for (std::size_t i = 1; i < all.size(); i += 2) slopes.push_back(all[i]);
  for (std::size_t i = 0; i < all.size(); i += 2) slopes.push_back(all[i]);
  slopes.resize(static_cast<std::size_t>(n_heads));
  return slopes;
}

TensorTable name_tensors(bool tied) {
  TensorTable table;
  table.prefixes = {"transformer.", ""};
  table.token_embedding = "wte";
  table.layer_prefix = "blocks.{}.";
  table.layer = {.attention_norm = "norm_1",
                 .mlp_norm = "norm_2",
                 .fused_qkv = {"attn.Wqkv"},
                 .output = {"attn.out_proj"},
                 .up = {"ffn.up_proj"},
                 .down = {"ffn.down_proj"}};
  table.final_norm = "norm_f";
  table.unembedding = {"lm_head"};
  table.tied = tied;
  return table;
}

}  // namespace

Blueprint read_mpt(const Config& fields) {
  const Config config =
      fields.with_aliases({{"hidden_size", "d_model"}, {"num_attention_heads", "n_heads"}, {"num_hidden_layers", "n_layers"}});
  const Config inner(config["attn_config"].is_object() ? config["attn_config"] : Json::object());
  inner.require_flag("alibi", true, true);
  inner.require_flag("qk_ln", false, false);
  inner.require_flag("prefix_lm", false, false);
  if (inner.number("alibi_bias_max", 8) != 8) inner.refuse("alibi_bias_max", "where transformers computes 8 only");
  config.require_flag("no_bias", true, true);
  if (!config["logit_scale"].is_null()) config.refuse("logit_scale", "which transformers does not compute; only null is");
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model.architecture = "mpt";
  model.n_layers = config.layer_count("n_layers", 24);
  model.d_model = config.count("d_model", 2048);
  model.vocab_size = config.count("vocab_size", 50368);
  model.n_ctx = config.count("max_seq_len", 2048);
  model.bos_token = config.token("bos_token_id", {});
  model.eos_token = config.token("eos_token_id", {});
  model.positions = PositionScheme::alibi;
  model.norm = layer_norm(config.number("layer_norm_epsilon", 1e-5));
  model.norm.has_bias = false;
  model.final_norm = model.norm;

  AttentionDescription& attention = model.attention;
  attention.n_heads = attention.n_kv_heads = config.count("n_heads", 16);
  attention.d_head = divide_evenly("d_model", model.d_model, "n_heads", attention.n_heads);
  attention.score_scale = inner.optional_number("softmax_scale").value_or(1 / std::sqrt(attention.d_head));
  attention.qkv_clip = inner.optional_number("clip_qkv").value_or(0);
  model.alibi.slopes = mpt_slopes(attention.n_heads);
  model.mlp = {.activation = Activation::gelu, .d_mlp = 4 * model.d_model};
  model.layers.assign(static_cast<std::size_t>(model.n_layers), {.positions = PositionScheme::alibi});
  blueprint.tensors = name_tensors(config.flag("tie_word_embeddings", true));
  return blueprint;
}

}  // namespace headlight
