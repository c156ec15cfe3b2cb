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

Rotary read_layer_rotary(const Config& config, const RotaryDefaults& defaults, const LayerRotary& layers) {
  const Json& nested = config["rope_parameters"];
  if (!nested.is_null() && !nested["full_attention"].is_object() && !nested["sliding_attention"].is_object() && nested.size() > 0)
    config.refuse("rope_parameters", "where this architecture has \"full_attention\" and \"sliding_attention\"");
  Json parameters = nested[layers.kind].is_object() ? nested[layers.kind] : Json::object();
  if (nested.is_null()) parameters.set("rope_type", "default");  // before "type" in "rope_scaling", as in transformers
  const Json& scaling = config["rope_scaling"];
  if (layers.has_scaling && scaling.is_object())
    for (const auto& [name, value] : scaling.as_object()) parameters.set(name, value);
  parameters.set("truncate", nested.contains("truncate") ? nested["truncate"] : Json(true));  // read there by transformers, not below the kind
  if (!parameters.contains("rope_theta"))
    parameters.set("rope_theta", layers.theta_field ? config.number(layers.theta_field, defaults.theta) : defaults.theta);
  Rotary rotary = rotary_from(parameters, config, defaults, std::string("rope_parameters.") + layers.kind);
  if (layers.has_scaling && nested.is_null() && scaling.contains("type") && !scaling.contains("rope_type"))
    rotary.notes.push_back("\"rope_scaling\" says \"type\" where this architecture says \"rope_type\"; it has no effect, as in transformers");
  return rotary;
}

void set_rotating_layers(ModelDescription& model, const std::vector<bool>& rotates) {
  for (std::size_t i = 0; i < rotates.size(); ++i)
    model.layers[i].positions = rotates[i] ? PositionScheme::rotary : PositionScheme::none;
}

void check_alibi_heads(int n_heads) {
  constexpr int kMost = 1 << 16;
  if (n_heads > kMost)
    throw Error(ErrorCode::unsupported, "ALiBi with " + std::to_string(n_heads) + " heads; Headlight reads up to " + std::to_string(kMost));
}

std::vector<double> alibi_slopes(int n_heads) {
  check_alibi_heads(n_heads);
  const int power = 1 << static_cast<int>(std::floor(std::log2(n_heads)));
  std::vector<double> slopes;
  for (int head = 0; head < n_heads; ++head)
    slopes.push_back(head < power ? std::pow(2.0, -8.0 * (head + 1) / power) : std::pow(2.0, -4.0 * (2 * (head - power) + 1) / power));
  return slopes;
}

double read_limit(const Config& config, const char* name, std::optional<double> usual) {
  const std::optional<double> limit = config.optional_number(name, usual);
  if (limit && !(*limit > 0)) config.refuse(name, "and a limit must be above 0: null stands for none");
  return limit.value_or(0);
}

void read_experts(const Config& config, ModelDescription& model, const char* number_field, int n_experts, int n_active, int d_expert) {
  model.mlp.n_experts = config.count(number_field, n_experts);
  model.mlp.n_active = config.count("num_experts_per_tok", n_active);
  model.mlp.d_expert = d_expert;
  if (model.mlp.n_active > model.mlp.n_experts)
    config.refuse("num_experts_per_tok", std::string("which is more than there are experts (\"") + number_field + "\")");
  for (LayerDescription& layer : model.layers) layer.has_experts = true;
}

void read_sigmoid_routing(const Config& config, Blueprint& blueprint, const char* number_field, const SigmoidRoutingDefaults& defaults) {
  MlpDescription& mlp = blueprint.description.mlp;
  mlp.routing = Routing::scored;
  mlp.scored = {.is_sigmoid = true,
                .n_groups = config.count("n_group", 1),
                .n_active_groups = config.count("topk_group", 1),
                .is_normalised = config.flag("norm_topk_prob", defaults.is_normalised),
                .scale = config.number("routed_scaling_factor", defaults.scale)};
  divide_evenly(number_field, mlp.n_experts, "n_group", mlp.scored.n_groups);
  if (mlp.scored.n_active_groups > mlp.scored.n_groups) config.refuse("topk_group", "which is more than there are groups (\"n_group\")");
  if (mlp.n_active > mlp.n_experts / mlp.scored.n_groups * mlp.scored.n_active_groups)
    config.refuse("num_experts_per_tok", "which is more than \"topk_group\" groups hold");
  blueprint.tensors.layer.router_correction = "mlp.gate.e_score_correction_bias";
}

void set_shared_expert(Blueprint& blueprint, int n_shared, const std::string& prefix, bool has_bias) {
  MlpDescription& mlp = blueprint.description.mlp;
  mlp.d_shared = n_shared * mlp.d_expert;
  blueprint.tensors.layer.shared_expert = {
      .gate = {prefix + "gate_proj", has_bias}, .up = {prefix + "up_proj", has_bias}, .down = {prefix + "down_proj", has_bias}};
}

void set_dense_layers(ModelDescription& model, double n_dense) {
  for (int i = 0; i < model.n_layers && i < n_dense; ++i) model.layers[static_cast<std::size_t>(i)].has_experts = false;
}

void set_expert_names(LayerTensors& layer) {
  layer.router = {"mlp.gate"};
  layer.expert_prefix = "mlp.experts.{}.";
  layer.expert = {.gate = {"gate_proj"}, .up = {"up_proj"}, .down = {"down_proj"}};
  layer.stacked_experts = {.gate_up = "mlp.experts.gate_up_proj", .down = "mlp.experts.down_proj"};
}

void set_attention_bias(LayerTensors& layer, bool has_bias) {
  for (StoredProjection* stored : {&layer.query, &layer.key, &layer.value, &layer.output}) stored->has_bias = has_bias;
}

Config text_part(const Config& config, const char* model_type) {
  if (!config["text_config"].is_object())
    config.refuse("text_config", "where Headlight looks for the fields of the text part");
  Json fields = config["text_config"];
  if (fields.contains("model_type") && fields["model_type"] != Json(model_type))
    Config(fields).refuse("model_type", std::string("within \"text_config\", where Headlight reads \"") + model_type + "\" here");
  fields.set("tie_word_embeddings", config.flag("tie_word_embeddings", true));  // the text part's own has no effect
  return Config(std::move(fields));
}

void set_text_part(Blueprint& blueprint, const char* architecture) {
  blueprint.description.architecture = architecture;
  blueprint.tensors.prefixes = {"model.language_model.", "language_model.model.", "model.", ""};
  blueprint.tensors.unembedding_prefixes = {"", "language_model."};
  blueprint.notes.push_back("the model also reads images; Headlight computes its text part, \"text_config\"");
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
