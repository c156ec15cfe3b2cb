// GPT-Neo: GPT-2 with Linear's order, separate q, k, v without bias, scores that are not scaled, and local layers.
#include "core/base/error.hpp"
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {
namespace {

// "attention_types" is [[kinds, how often], ...]: [[["global", "local"], 12]] alternates over 24 layers.
bool is_local_kind(const Config& config, const char* field, const Json& kind) {
  if (kind != Json("global") && kind != Json("local")) config.refuse(field, "where Headlight computes \"global\" and \"local\"");
  return kind == Json("local");
}

// "attention_layers" has the kind of every layer; where it stands, transformers reads nothing else.
std::vector<bool> read_local_layers(const Config& config, int n_layers) {
  if (!config["attention_layers"].is_null()) {
    std::vector<bool> is_local;
    for (const Json& kind : config["attention_layers"].as_array()) is_local.push_back(is_local_kind(config, "attention_layers", kind));
    if (is_local.size() == static_cast<std::size_t>(n_layers)) return is_local;
    config.refuse("attention_layers", "which does not give the kinds of " + std::to_string(n_layers) + " layers (\"num_layers\")");
  }
  const Json usual = parse_json(R"([[["global", "local"], 12]])");
  const Json& types = config["attention_types"].is_null() ? usual : config["attention_types"];
  std::vector<bool> is_local;
  for (const Json& item : types.as_array()) {
    if (item.as_array().size() != 2 || item[0].as_array().empty())
      config.refuse("attention_types", "which is not a list of [kinds, how often]");
    for (std::int64_t i = 0; i < item[1].as_integer() && is_local.size() <= static_cast<std::size_t>(n_layers); ++i) {
      for (const Json& kind : item[0].as_array()) is_local.push_back(is_local_kind(config, "attention_types", kind));
    }
  }
  if (is_local.size() != static_cast<std::size_t>(n_layers))
    config.refuse("attention_types", "which does not give the kinds of " + std::to_string(n_layers) + " layers (\"num_layers\")");
  return is_local;
}

TensorTable name_tensors(bool tied) {
  TensorTable table;
  table.prefixes = {"transformer.", ""};
  table.token_embedding = "wte";
  table.position_embedding = "wpe";
  table.layer_prefix = "h.{}.";
  table.layer = {.attention_norm = "ln_1",
                 .mlp_norm = "ln_2",
                 .query = {"attn.attention.q_proj"},
                 .key = {"attn.attention.k_proj"},
                 .value = {"attn.attention.v_proj"},
                 .output = {"attn.attention.out_proj", true},
                 .up = {"mlp.c_fc", true},
                 .down = {"mlp.c_proj", true}};
  table.final_norm = "ln_f";
  table.unembedding = {"lm_head"};
  table.tied = tied;
  table.buffers = {".attn.attention.bias", ".attn.attention.masked_bias"};
  return table;
}

}  // namespace

Blueprint read_gpt_neo(const Config& fields) {
  const Config config = fields.with_aliases({{"num_attention_heads", "num_heads"}, {"num_hidden_layers", "num_layers"}});
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model.architecture = "gpt_neo";
  model.n_layers = config.layer_count("num_layers", 24);
  model.d_model = config.count("hidden_size", 2048);
  model.vocab_size = config.count("vocab_size", 50257);
  model.n_ctx = config.count("max_position_embeddings", 2048);
  model.bos_token = config.token("bos_token_id", 50256);
  model.eos_token = config.token("eos_token_id", 50256);
  model.positions = PositionScheme::learned;
  model.norm = model.final_norm = layer_norm(config.number("layer_norm_epsilon", 1e-5));

  AttentionDescription& attention = model.attention;
  attention.n_heads = attention.n_kv_heads = config.count("num_heads", 16);
  attention.d_head = divide_evenly("hidden_size", model.d_model, "num_heads", attention.n_heads);
  attention.score_scale = 1;
  model.mlp.activation = config.activation("activation_function", "gelu_new");
  model.mlp.d_mlp = config.optional_count("intermediate_size").value_or(4 * model.d_model);

  model.layers.assign(static_cast<std::size_t>(model.n_layers), {.positions = PositionScheme::learned});
  set_windows(model, read_local_layers(config, model.n_layers), config.count("window_size", 256));
  blueprint.tensors = name_tensors(config.flag("tie_word_embeddings", true));
  return blueprint;
}

}  // namespace headlight
