// Apertus: Llama with an RMS norm on each query and key, and an MLP without a gate whose activation, xIELU, has numbers that are
// trained with each layer.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {
namespace {

// What stands in place of a config.json that says nothing of the rotation, whatever else it says.
Config with_rotation(const Config& config) {
  if (config["rope_scaling"].size() > 0 || config["rope_parameters"].is_object()) return config;
  Json fields = config.fields();
  fields.set("rope_parameters", Json::object({{"rope_type", "llama3"}, {"rope_theta", 12e6}, {"factor", 8.0}, {"low_freq_factor", 1.0},
                                              {"high_freq_factor", 4.0}, {"original_max_position_embeddings", 8192}}));
  return Config(std::move(fields));
}

TensorTable name_tensors(const Config& config) {
  TensorTable table = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = table.layer;
  layer.attention_norm = "attention_layernorm";
  layer.mlp_norm = "feedforward_layernorm";
  layer.query_norm = "self_attn.q_norm";
  layer.key_norm = "self_attn.k_norm";
  layer.gate = {};
  layer.xielu = "mlp.act_fn";
  set_attention_bias(layer, config.flag("attention_bias", false));
  return table;
}

}  // namespace

Blueprint read_apertus(const Config& fields) {
  const Config config = with_rotation(fields);
  config.require_flag("qk_norm", true, true);
  config.require_flag("post_norm", false, false);
  config.require_flag("mlp_bias", false, false);
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "apertus",
                           {.n_layers = 32, .d_model = 4096, .vocab_size = 131072, .d_mlp = 14336, .n_heads = 32,
                            .bos_token = 1, .eos_token = 2});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-5));
  model.attention.qk_norm = QkNorm::each_head;
  model.attention.qk_norm_kind = model.norm;
  const bool is_usual = config.word("hidden_act", "xielu") == "xielu";
  model.mlp.activation = is_usual ? Activation::xielu : config.activation("hidden_act", "xielu");
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 65536),
                                             .theta = 12e6}));
  blueprint.tensors = name_tensors(config);
  return blueprint;
}

}  // namespace headlight
