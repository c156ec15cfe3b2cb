// StarCoder 2: rotary positions and grouped keys as in Llama, layer norms and a plain MLP as in GPT-2, perhaps a window.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

Blueprint read_starcoder2(const Config& config) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "starcoder2",
                           {.n_layers = 30, .d_model = 3072, .vocab_size = 49152, .d_mlp = 12288, .n_heads = 24,
                            .n_kv_heads = 2, .bos_token = 50256, .eos_token = 50256});
  model.norm = model.final_norm = layer_norm(config.number("norm_epsilon", 1e-5));
  model.mlp.activation = config.activation("hidden_act", "gelu_pytorch_tanh");
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 4096)}));
  const auto window = config.optional_count("sliding_window");
  set_windows(model, std::vector<bool>(model.layers.size(), window.has_value()), window);

  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", true));
  LayerTensors& layer = blueprint.tensors.layer;
  layer.gate = {};
  layer.up = {"mlp.c_fc"};
  layer.down = {"mlp.c_proj"};
  for (StoredProjection* stored : {&layer.query, &layer.key, &layer.value, &layer.output, &layer.up, &layer.down})
    stored->has_bias = config.flag("use_bias", true);
  return blueprint;
}

}  // namespace headlight
