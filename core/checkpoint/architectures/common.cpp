#include "core/checkpoint/architectures/common.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"

namespace headlight {

ModelDescription read_llama_sizes(const Config& config, std::string_view architecture, const LlamaSizes& defaults) {
  ModelDescription model;
  model.architecture = architecture;
  model.n_layers = config.layer_count("num_hidden_layers", defaults.n_layers);
  model.d_model = config.count("hidden_size", defaults.d_model);
  model.vocab_size = config.count("vocab_size", defaults.vocab_size);
  model.mlp.d_mlp = config.count("intermediate_size", defaults.d_mlp);
  model.bos_token = config.token("bos_token_id", defaults.bos_token);
  model.eos_token = config.token("eos_token_id", defaults.eos_token);

  AttentionDescription& attention = model.attention;
  attention.n_heads = config.count("num_attention_heads", defaults.n_heads);
  attention.n_kv_heads = config.optional_count("num_key_value_heads", defaults.n_kv_heads).value_or(attention.n_heads);
  const auto d_head = config.optional_count("head_dim", defaults.d_head);
  attention.d_head = d_head ? *d_head : divide_evenly("hidden_size", model.d_model, "num_attention_heads", attention.n_heads);
  attention.score_scale = 1 / std::sqrt(attention.d_head);

  model.layers.resize(static_cast<std::size_t>(model.n_layers));
  return model;
}

NormDescription rms_norm(double epsilon, double weight_offset) {
  return {.kind = NormKind::rms_norm, .epsilon = epsilon, .weight_offset = weight_offset};
}

NormDescription layer_norm(double epsilon) { return {.kind = NormKind::layer_norm, .epsilon = epsilon, .has_bias = true}; }

TensorTable llama_tensors(bool tied) {
  TensorTable table;
  table.prefixes = {"model.", ""};
  table.token_embedding = "embed_tokens";
  table.layer_prefix = "layers.{}.";
  table.layer = {.attention_norm = "input_layernorm",
                 .mlp_norm = "post_attention_layernorm",
                 .query = {"self_attn.q_proj"},
                 .key = {"self_attn.k_proj"},
                 .value = {"self_attn.v_proj"},
                 .output = {"self_attn.o_proj"},
                 .gate = {"mlp.gate_proj"},
                 .up = {"mlp.up_proj"},
                 .down = {"mlp.down_proj"}};
  table.final_norm = "norm";
  table.unembedding = {"lm_head"};
  table.tied = tied;
  table.buffers = {".rotary_emb.inv_freq"};
  return table;
}

void set_rotary(Blueprint& blueprint, Rotary rotary) {
  ModelDescription& model = blueprint.description;
  model.positions = PositionScheme::rotary;
  model.n_ctx = rotary.longest_prompt;
  model.rotaries = {std::move(rotary.description)};
  for (LayerDescription& layer : model.layers) layer.positions = PositionScheme::rotary;
  blueprint.notes.insert(blueprint.notes.end(), rotary.notes.begin(), rotary.notes.end());
}

std::vector<bool> read_sliding_layers(const Config& config, std::vector<bool> usual) {
  if (config["layer_types"].is_null()) return usual;
  const Json::Array& types = config["layer_types"].as_array();
  if (types.size() != usual.size())
    throw Error(ErrorCode::corrupt,
                "\"layer_types\" names " + std::to_string(types.size()) + " layers of " + std::to_string(usual.size()));
  std::vector<bool> slides;
  for (const Json& type : types) {
    const std::string& word = type.as_string();
    if (word != "sliding_attention" && word != "full_attention")
      throw Error(ErrorCode::unsupported, "\"layer_types\" has \"" + word + "\", which Headlight does not compute; it computes "
                                              "full_attention and sliding_attention");
    slides.push_back(word == "sliding_attention");
  }
  return slides;
}

void set_windows(ModelDescription& model, const std::vector<bool>& slides, std::optional<int> window) {
  if (!window && std::ranges::find(slides, true) != slides.end())
    throw Error(ErrorCode::bad_input, "some layers have sliding attention but \"sliding_window\" is not set");
  for (std::size_t i = 0; i < slides.size(); ++i) model.layers[i].window = slides[i] ? *window : 0;
}

}  // namespace headlight
