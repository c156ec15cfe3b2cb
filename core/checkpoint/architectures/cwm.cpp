// CWM: Llama 3 with a window in three of four layers.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

namespace {

// What stands in place of a config.json that says nothing of the rotation.
Config with_rotation(const Config& config) {
  if (config["rope_scaling"].size() > 0 || config["rope_parameters"].is_object()) return config;
  Json fields = config.fields();
  fields.set("rope_parameters", Json::object({{"rope_type", "llama3"}, {"rope_theta", 1e6}, {"factor", 16.0}, {"low_freq_factor", 1.0},
                                              {"high_freq_factor", 4.0}, {"original_max_position_embeddings", 8192}}));
  return Config(std::move(fields));
}

}  // namespace

Blueprint read_cwm(const Config& fields) {
  const Config config = with_rotation(fields);
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "cwm",
                           {.n_layers = 64, .d_model = 6144, .vocab_size = 128256, .d_mlp = 21504, .n_heads = 48, .n_kv_heads = 8,
                            .d_head = 128, .bos_token = 128000, .eos_token = 128001});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-5));
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 131072),
                                             .theta = 1e6}));
  std::vector<bool> usual;
  for (int i = 0; i < model.n_layers; ++i) usual.push_back(i % 4 != 0);
  set_windows(model, read_sliding_layers(config, std::move(usual)), config.optional_count("sliding_window", 8192));
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = blueprint.tensors.layer;
  for (StoredProjection* stored : {&layer.gate, &layer.up, &layer.down}) stored->has_bias = config.flag("mlp_bias", false);
  return blueprint;
}

}  // namespace headlight
