// Phi 3 and 3.5, Phi 4: Llama with queries, keys and values in one tensor, gate and up in another, and longrope.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {
namespace {

// The first files called longrope "su" or "yarn", and every file has an original context beside the parameters.
Config corrected(const Config& config) {
  Json fields = config.fields();
  if (!config.has("original_max_position_embeddings")) fields.set("original_max_position_embeddings", 4096);
  for (const char* name : {"rope_scaling", "rope_parameters"}) {
    if (!config[name].is_object()) continue;
    Json parameters = config[name];
    for (const char* type : {"rope_type", "type"})
      if (parameters[type] == Json("su") || parameters[type] == Json("yarn")) parameters.set(type, "longrope");
    fields.set(name, std::move(parameters));
  }
  return Config(std::move(fields));
}

}  // namespace

Blueprint read_phi3(const Config& fields) {
  const Config config = corrected(fields);
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "phi3",
                           {.n_layers = 32, .d_model = 3072, .vocab_size = 32064, .d_mlp = 8192, .n_heads = 32,
                            .bos_token = 1, .eos_token = 32000});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-5));
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 4096),
                                             .partial_is_supported = true}));
  const auto window = config.optional_count("sliding_window");
  set_windows(model, std::vector<bool>(model.layers.size(), window.has_value()), window);

  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = blueprint.tensors.layer;
  layer.query = layer.key = layer.value = layer.gate = layer.up = {};
  layer.fused_qkv = {"self_attn.qkv_proj"};
  layer.fused_gate_up = {"mlp.gate_up_proj"};
  return blueprint;
}

}  // namespace headlight
