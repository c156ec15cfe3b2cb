// GPT-OSS: experts with biases and a clamped gate that alternates with up in one tensor, a learned logit per head that joins
// the softmax, every other layer with a window, yarn.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

namespace {

// What stands in place of a config.json that says nothing of the rotation.
Config with_rotation(const Config& config) {
  if (config["rope_scaling"].size() > 0 || config["rope_parameters"].is_object()) return config;
  Json fields = config.fields();
  fields.set("rope_parameters", Json::object({{"rope_type", "yarn"}, {"factor", 32.0}, {"beta_fast", 32.0}, {"beta_slow", 1.0},
                                              {"truncate", false}, {"original_max_position_embeddings", 4096}}));
  return Config(std::move(fields));
}

LayerTensors name_tensors(const Config& config, LayerTensors layer) {
  set_attention_bias(layer, config.flag("attention_bias", true));
  layer.sinks = "self_attn.sinks";
  layer.gate = layer.up = layer.down = {};
  layer.router = {"mlp.router", true};
  layer.stacked_experts = {.gate_up = "mlp.experts.gate_up_proj",
                           .down = "mlp.experts.down_proj",
                           .gate_up_bias = "mlp.experts.gate_up_proj_bias",
                           .down_bias = "mlp.experts.down_proj_bias",
                           .order = MatrixOrder::in_out,
                           .interleaved = true};
  return layer;
}

}  // namespace

Blueprint read_gpt_oss(const Config& fields) {
  const Config config = with_rotation(fields.with_aliases({{"num_experts", "num_local_experts"}}));
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "gpt_oss",
                           {.n_layers = 36, .d_model = 2880, .vocab_size = 201088, .d_mlp = 2880, .n_heads = 64,
                            .n_kv_heads = 8, .d_head = 64});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-5));
  model.attention.has_sinks = true;
  model.mlp.gated = true;
  model.mlp.clamped_gate = {.limit = config.number("swiglu_limit", 7), .slope = config.number("swiglu_alpha", 1.702)};
  read_experts(config, model, "num_local_experts", 128, 4, model.mlp.d_mlp);
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 131072),
                                             .theta = 150000}));
  std::vector<bool> usual;
  for (int i = 0; i < model.n_layers; ++i) usual.push_back(i % 2 == 0);
  set_windows(model, read_sliding_layers(config, std::move(usual)), config.optional_count("sliding_window", 128));
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  blueprint.tensors.layer = name_tensors(config, blueprint.tensors.layer);
  return blueprint;
}

}  // namespace headlight
