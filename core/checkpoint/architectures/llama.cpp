// Llama: rotary positions, RMS norms before each half of a block, grouped keys and values, a gated MLP.
#include <cmath>

#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/rotary.hpp"

namespace headlight {
namespace {

void read_attention(const Config& config, ModelDescription& model) {
  AttentionDescription& attention = model.attention;
  attention.n_heads = config.count("num_attention_heads", 32);
  attention.n_kv_heads = config.optional_count("num_key_value_heads").value_or(attention.n_heads);
  const auto d_head = config.optional_count("head_dim");
  attention.d_head = d_head ? *d_head : divide_evenly("hidden_size", model.d_model, "num_attention_heads", attention.n_heads);
  attention.score_scale = 1 / std::sqrt(attention.d_head);
}

TensorTable name_tensors(const Config& config) {
  const bool attention_bias = config.flag("attention_bias", false), mlp_bias = config.flag("mlp_bias", false);
  TensorTable table;
  table.prefixes = {"model.", ""};
  table.token_embedding = "embed_tokens";
  table.layer_prefix = "layers.{}.";
  table.layer = {.attention_norm = "input_layernorm",
                 .mlp_norm = "post_attention_layernorm",
                 .query = {"self_attn.q_proj", attention_bias},
                 .key = {"self_attn.k_proj", attention_bias},
                 .value = {"self_attn.v_proj", attention_bias},
                 .output = {"self_attn.o_proj", attention_bias},
                 .gate = {"mlp.gate_proj", mlp_bias},
                 .up = {"mlp.up_proj", mlp_bias},
                 .down = {"mlp.down_proj", mlp_bias}};
  table.final_norm = "norm";
  table.unembedding = {"lm_head"};
  table.tied = config.flag("tie_word_embeddings", false);
  table.buffers = {".rotary_emb.inv_freq"};
  return table;
}

}  // namespace

Blueprint read_llama(const Config& config) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model.architecture = "llama";
  model.n_layers = config.layer_count("num_hidden_layers", 32);
  model.d_model = config.count("hidden_size", 4096);
  model.vocab_size = config.count("vocab_size", 32000);
  model.bos_token = config.token("bos_token_id", 1);
  model.eos_token = config.token("eos_token_id", 2);

  model.norm = {.kind = NormKind::rms_norm, .epsilon = config.number("rms_norm_eps", 1e-6)};
  model.final_norm = model.norm;
  read_attention(config, model);
  model.mlp = {.activation = config.activation("hidden_act", "silu"), .gated = true, .d_mlp = config.count("intermediate_size", 11008)};

  Rotary rotary = read_rotary(config, {.d_head = model.attention.d_head,
                                       .max_positions = config.count("max_position_embeddings", 2048)});
  model.positions = PositionScheme::rotary;
  model.n_ctx = rotary.longest_prompt;
  model.rotaries = {std::move(rotary.description)};
  blueprint.notes = std::move(rotary.notes);
  model.layers.assign(static_cast<std::size_t>(model.n_layers), {.positions = PositionScheme::rotary});

  blueprint.tensors = name_tensors(config);
  return blueprint;
}

}  // namespace headlight
