// Llama: rotary positions, RMS norms before each half of a block, grouped keys and values, a gated MLP.
// InternLM 3 and IQuest-Coder: the same with other defaults.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {
namespace {

TensorTable name_tensors(const Config& config) {
  TensorTable table = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = table.layer;
  set_attention_bias(layer, config.flag("attention_bias", false));
  for (StoredProjection* stored : {&layer.gate, &layer.up, &layer.down}) stored->has_bias = config.flag("mlp_bias", false);
  return table;
}

Blueprint read_as_llama(const Config& config, const char* architecture, const LlamaSizes& sizes, double epsilon, int max_positions) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, architecture, sizes);
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", epsilon));
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", max_positions)}));
  blueprint.tensors = name_tensors(config);
  return blueprint;
}

}  // namespace

Blueprint read_llama(const Config& config) {
  return read_as_llama(config, "llama",
                       {.n_layers = 32, .d_model = 4096, .vocab_size = 32000, .d_mlp = 11008, .n_heads = 32, .bos_token = 1, .eos_token = 2},
                       1e-6, 2048);
}

Blueprint read_internlm3(const Config& fields) {
  const Config config = fields.with_aliases({{"qkv_bias", "attention_bias"}, {"bias", "mlp_bias"}});
  if (config.flag("attention_bias", false) != config.flag("mlp_bias", false))
    config.refuse("attention_bias", "where \"mlp_bias\" is not; transformers has both or none");
  return read_as_llama(config, "internlm3",
                       {.n_layers = 48, .d_model = 4096, .vocab_size = 128512, .d_mlp = 10240, .n_heads = 32, .n_kv_heads = 2,
                        .d_head = 128, .bos_token = 1, .eos_token = 2},
                       1e-5, 32768);
}

Blueprint read_iquestcoder(const Config& config) {
  if (!config["clip_qkv"].is_null()) config.refuse("clip_qkv", "which transformers does not compute; only null is");
  config.require_flag("use_sliding_window", false, false);
  return read_as_llama(config, "iquestcoder",
                       {.n_layers = 80, .d_model = 5120, .vocab_size = 76800, .d_mlp = 27648, .n_heads = 40, .n_kv_heads = 8,
                        .d_head = 128, .bos_token = 1, .eos_token = 2},
                       1e-5, 131072);
}

}  // namespace headlight
