// Mistral: Llama with a sliding window over all layers. Ministral: over some. Mistral 3: the text part of a model that also
// reads images.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {
namespace {

Blueprint read_sliding_llama(const Config& config, const char* architecture) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, architecture,
                           {.n_layers = 32, .d_model = 4096, .vocab_size = 32000, .d_mlp = 14336, .n_heads = 32,
                            .n_kv_heads = 8, .bos_token = 1, .eos_token = 2});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-6));
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 131072)}));
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  return blueprint;
}

}  // namespace

Blueprint read_mistral(const Config& config) {
  Blueprint blueprint = read_sliding_llama(config, "mistral");
  ModelDescription& model = blueprint.description;
  const auto window = config.optional_count("sliding_window", 4096);
  set_windows(model, std::vector<bool>(model.layers.size(), window.has_value()), window);
  return blueprint;
}

Blueprint read_ministral(const Config& config) {
  Blueprint blueprint = read_sliding_llama(config, "ministral");
  ModelDescription& model = blueprint.description;
  const auto window = config.optional_count("sliding_window", 4096);
  set_windows(model, read_sliding_layers(config, std::vector<bool>(model.layers.size(), window.has_value())), window);
  return blueprint;
}

Blueprint read_mistral3(const Config& config) {
  Blueprint blueprint = read_mistral(text_part(config, "mistral"));
  set_text_part(blueprint, "mistral3");
  return blueprint;
}

}  // namespace headlight
