// GLM-4: Llama with gate and up in one tensor and a rotation of neighbouring pairs in half of each head.
// GLM-4-0414: the same with norms on both sides of each half of a block.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

namespace {

Blueprint read_chat_glm(const Config& config, const char* architecture) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, architecture,
                           {.n_layers = 40, .d_model = 4096, .vocab_size = 151552, .d_mlp = 13696, .n_heads = 32,
                            .n_kv_heads = 2, .d_head = 128, .eos_token = 151329});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1.5625e-7));
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  set_rotary(blueprint, read_rotary(config, {.style = RotaryStyle::interleaved,
                                             .d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 131072),
                                             .partial_factor = 0.5,
                                             .partial_is_supported = true}));
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = blueprint.tensors.layer;
  layer.gate = layer.up = {};
  layer.fused_gate_up = {"mlp.gate_up_proj"};
  layer.query.has_bias = layer.key.has_bias = layer.value.has_bias = config.flag("attention_bias", true);
  return blueprint;
}

}  // namespace

Blueprint read_glm(const Config& config) { return read_chat_glm(config, "glm"); }

Blueprint read_glm4(const Config& config) {
  Blueprint blueprint = read_chat_glm(config, "glm4");
  blueprint.description.norm_placement = NormPlacement::sandwich;
  LayerTensors& layer = blueprint.tensors.layer;
  layer.attention_post_norm = "post_self_attn_layernorm";
  layer.mlp_post_norm = "post_mlp_layernorm";
  return blueprint;
}

}  // namespace headlight
