// SmolLM 3: Llama in which some layers, every fourth as a rule, see no positions.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

namespace {

// "no_rope_layers" has 1 for the layers that rotate.
std::vector<bool> read_rotating_layers(const Config& config, int n_layers) {
  std::vector<bool> rotates;
  if (config["no_rope_layers"].is_null()) {
    const int interval = config.count("no_rope_layer_interval", 4);
    for (int i = 1; i <= n_layers; ++i) rotates.push_back(i % interval != 0);
    return rotates;
  }
  for (const Json& flag : config["no_rope_layers"].as_array()) rotates.push_back(flag.as_integer() != 0);
  if (rotates.size() != static_cast<std::size_t>(n_layers))
    config.refuse("no_rope_layers", "which is not a number for each of " + std::to_string(n_layers) + " layers");
  return rotates;
}

}  // namespace

Blueprint read_smollm3(const Config& config) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "smollm3",
                           {.n_layers = 36, .d_model = 2048, .vocab_size = 128256, .d_mlp = 11008, .n_heads = 16,
                            .n_kv_heads = 4, .bos_token = 128000, .eos_token = 128001});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-6));
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 32768),
                                             .theta = 2e6}));
  const std::vector<bool> rotates = read_rotating_layers(config, model.n_layers);
  set_rotating_layers(model, rotates);
  const auto window = config.optional_count("sliding_window");
  const bool may_slide = window && config.flag("use_sliding_window", false);
  std::vector<bool> usual;
  for (const bool rotating : rotates) usual.push_back(may_slide && !rotating);
  set_windows(model, read_sliding_layers(config, std::move(usual)), window);

  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", true));
  LayerTensors& layer = blueprint.tensors.layer;
  set_attention_bias(layer, config.flag("attention_bias", false));
  for (StoredProjection* stored : {&layer.gate, &layer.up, &layer.down}) stored->has_bias = config.flag("mlp_bias", false);
  return blueprint;
}

}  // namespace headlight
