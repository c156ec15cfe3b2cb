// GPT-J: attention and MLP side by side on one norm, rotation of neighbouring pairs at the front of each head.
// CodeGen: the same with four times the queries, values and keys of a quarter of the heads in one tensor.
#include <cmath>

#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {
namespace {

TensorTable name_tensors(bool tied) {
  TensorTable table;
  table.prefixes = {"transformer.", ""};
  table.token_embedding = "wte";
  table.layer_prefix = "h.{}.";
  table.layer = {.attention_norm = "ln_1",
                 .query = {"attn.q_proj"},
                 .key = {"attn.k_proj"},
                 .value = {"attn.v_proj"},
                 .output = {"attn.out_proj"},
                 .up = {"mlp.fc_in", true},
                 .down = {"mlp.fc_out", true}};
  table.final_norm = "ln_f";
  table.unembedding = {"lm_head", true};
  table.tied = tied;
  table.buffers = {".attn.bias", ".attn.masked_bias", ".attn.embed_positions"};
  return table;
}

// 10000^(-2i / rotary_dim); transformers has no other base and no scaling here.
RotaryDescription read_rotation(const Config& config, int d_head) {
  const auto n_dims = config.optional_count("rotary_dim", 64);
  if (!n_dims) config.refuse("rotary_dim", "and Headlight needs the number of rotated dimensions");
  if (*n_dims > d_head || *n_dims % 2 != 0)
    config.refuse("rotary_dim", "which is not an even number up to the " + std::to_string(d_head) + " dimensions of a head");
  RotaryDescription rotary{.style = RotaryStyle::interleaved, .n_dims = *n_dims, .inverse_frequencies = {}};
  for (int i = 0; i < *n_dims; i += 2) rotary.inverse_frequencies.push_back(std::pow(10000, -static_cast<double>(i) / *n_dims));
  return rotary;
}


Blueprint read_rotated_gpt(const Config& fields, const char* architecture) {
  const Config config = fields.with_aliases({{"hidden_size", "n_embd"},
                                             {"max_position_embeddings", "n_positions"},
                                             {"num_attention_heads", "n_head"},
                                             {"num_hidden_layers", "n_layer"}});
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model.architecture = architecture;
  model.n_layers = config.layer_count("n_layer", 28);
  model.d_model = config.count("n_embd", 4096);
  model.vocab_size = config.count("vocab_size", 50400);
  model.bos_token = config.token("bos_token_id", 50256);
  model.eos_token = config.token("eos_token_id", 50256);
  model.norm = model.final_norm = layer_norm(config.number("layer_norm_epsilon", 1e-5));
  model.parallel_residual = model.parallel_shares_norm = true;

  AttentionDescription& attention = model.attention;
  attention.n_heads = attention.n_kv_heads = config.count("n_head", 16);
  attention.d_head = divide_evenly("n_embd", model.d_model, "n_head", attention.n_heads);
  attention.score_scale = 1 / std::sqrt(attention.d_head);
  model.mlp.activation = config.activation("activation_function", "gelu_new");
  model.mlp.d_mlp = config.optional_count("n_inner").value_or(4 * model.d_model);

  model.layers.resize(static_cast<std::size_t>(model.n_layers));
  set_rotary(blueprint, {.description = read_rotation(config, attention.d_head),
                         .longest_prompt = config.count("n_positions", 2048),
                         .notes = {}});
  blueprint.tensors = name_tensors(config.flag("tie_word_embeddings", false));
  return blueprint;
}

}  // namespace

Blueprint read_gptj(const Config& config) { return read_rotated_gpt(config, "gptj"); }

Blueprint read_codegen(const Config& config) {
  constexpr int kQuarters = 4;
  Blueprint blueprint = read_rotated_gpt(config, "codegen");
  if (blueprint.description.attention.n_heads % kQuarters != 0) config.refuse("n_head", "where CodeGen has a multiple of 4");
  LayerTensors& layer = blueprint.tensors.layer;
  layer.query = layer.key = layer.value = {};
  layer.fused_qkv = {"attn.qkv_proj"};
  layer.qkv_groups = kQuarters;
  layer.value_before_key = true;
  blueprint.tensors.buffers.push_back(".attn.causal_mask");
  return blueprint;
}

}  // namespace headlight
