// Gemma: Llama with embeddings times sqrt(d_model), norm weights w that mean 1 + w, and a GELU gate.
// Gemma 2: norms on both sides of each half, soft caps, every other layer with a window. VaultGemma: without the norms behind.
// Gemma 3: norms on queries and keys instead of the cap on scores, and a rotation of its own for the layers with a window.
#include <cmath>

#include "core/base/error.hpp"
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {
namespace {

// All but positions and windows, which each generation has its own way.
Blueprint read_gemma_basis(const Config& config, const char* architecture, const LlamaSizes& sizes,
                           const char* activation_field) {
  if (config.flag("use_bidirectional_attention", false))
    config.refuse("use_bidirectional_attention", "and Headlight reads causal models only");
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, architecture, sizes);
  model.embedding_scale = std::sqrt(model.d_model);
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-6), 1);
  model.mlp.activation = config.activation(activation_field, "gelu_pytorch_tanh");
  model.mlp.gated = true;
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", true));
  LayerTensors& layer = blueprint.tensors.layer;
  set_attention_bias(layer, config.flag("attention_bias", false));
  return blueprint;
}

// What Gemma 2 and 3 share: the sandwich of norms, the scale of scores, the cap on logits.
void read_sandwich(const Config& config, Blueprint& blueprint, std::optional<double> logit_soft_cap) {
  ModelDescription& model = blueprint.description;
  model.norm_placement = NormPlacement::sandwich;
  model.attention.score_scale = 1 / std::sqrt(config.count("query_pre_attn_scalar", 256));
  model.logit_soft_cap = read_limit(config, "final_logit_softcapping", logit_soft_cap);
  LayerTensors& layer = blueprint.tensors.layer;
  layer.attention_post_norm = "post_attention_layernorm";
  layer.mlp_norm = "pre_feedforward_layernorm";
  layer.mlp_post_norm = "post_feedforward_layernorm";
}

// Every layer slides but each `period`-th.
void read_windows(const Config& config, ModelDescription& model, int period) {
  std::vector<bool> usual;
  for (int i = 1; i <= model.n_layers; ++i) usual.push_back(i % period != 0);
  set_windows(model, read_sliding_layers(config, std::move(usual)), config.optional_count("sliding_window", 4096));
}

}  // namespace

Blueprint read_gemma(const Config& fields) {
  Json corrected = fields.fields();  // the first files said "gelu" and meant the tanh form
  if (fields["hidden_act"] == Json("gelu")) corrected.set("hidden_act", "gelu_pytorch_tanh");
  const Config config(std::move(corrected));
  Blueprint blueprint = read_gemma_basis(config, "gemma",
                                         {.n_layers = 28, .d_model = 3072, .vocab_size = 256000, .d_mlp = 24576,
                                          .n_heads = 16, .n_kv_heads = 16, .d_head = 256, .bos_token = 2, .eos_token = 1},
                                         "hidden_act");
  set_rotary(blueprint, read_rotary(config, {.d_head = blueprint.description.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 8192)}));
  return blueprint;
}

Blueprint read_gemma2(const Config& config) {
  Blueprint blueprint = read_gemma_basis(config, "gemma2",
                                         {.n_layers = 26, .d_model = 2304, .vocab_size = 256000, .d_mlp = 9216, .n_heads = 8,
                                          .n_kv_heads = 4, .d_head = 256, .bos_token = 2, .eos_token = 1},
                                         "hidden_activation");
  ModelDescription& model = blueprint.description;
  read_sandwich(config, blueprint, 30);
  model.attention.score_soft_cap = read_limit(config, "attn_logit_softcapping", 50);
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 8192)}));
  read_windows(config, model, 2);
  return blueprint;
}

Blueprint read_vaultgemma(const Config& fields) {
  Blueprint blueprint = read_gemma2(fields.without({"use_bidirectional_attention"}));
  ModelDescription& model = blueprint.description;
  model.architecture = "vaultgemma";
  model.norm_placement = NormPlacement::pre;
  blueprint.tensors.layer.attention_post_norm = blueprint.tensors.layer.mlp_post_norm = "";
  return blueprint;
}

Blueprint read_gemma3_text(const Config& config) {
  Blueprint blueprint = read_gemma_basis(config, "gemma3_text",
                                         {.n_layers = 26, .d_model = 2304, .vocab_size = 262208, .d_mlp = 9216, .n_heads = 8,
                                          .n_kv_heads = 4, .d_head = 256, .bos_token = 2, .eos_token = 1},
                                         "hidden_activation");
  ModelDescription& model = blueprint.description;
  read_sandwich(config, blueprint, {});
  if (!config["attn_logit_softcapping"].is_null())
    blueprint.notes.push_back(
        "\"attn_logit_softcapping\" is set and has no effect, as in transformers: Gemma 3 has no cap on scores");
  model.attention.qk_norm = QkNorm::each_head;
  model.attention.qk_norm_kind = model.norm;
  blueprint.tensors.layer.query_norm = "self_attn.q_norm";
  blueprint.tensors.layer.key_norm = "self_attn.k_norm";

  RotaryDefaults defaults{
      .d_head = model.attention.d_head, .max_positions = config.count("max_position_embeddings", 131072), .theta = 1e6};
  set_rotary(blueprint, read_layer_rotary(config, defaults, {.kind = "full_attention", .theta_field = "rope_theta", .has_scaling = true}));
  defaults.theta = 1e4;
  model.rotaries.push_back(
      read_layer_rotary(config, defaults, {.kind = "sliding_attention", .theta_field = "rope_local_base_freq"}).description);
  read_windows(config, model, config.count("sliding_window_pattern", 6));
  for (LayerDescription& layer : model.layers) layer.rotary = layer.window > 0 ? 1 : 0;
  return blueprint;
}

Blueprint read_gemma3(const Config& config) {
  Blueprint blueprint = read_gemma3_text(text_part(config, "gemma3_text"));
  set_text_part(blueprint, "gemma3");
  if (blueprint.description.logit_soft_cap != 0)
    blueprint.notes.push_back("\"final_logit_softcapping\" is set and has no effect, as in transformers: only gemma3_text has it");
  blueprint.description.logit_soft_cap = 0;
  return blueprint;
}

}  // namespace headlight
