// nanochat: RMS norms without weights, one more on the embeddings, one on each query and key after a rotation the other way round;
// squared ReLU, capped logits.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

Blueprint read_nanochat(const Config& config) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "nanochat",
                           {.n_layers = 12, .d_model = 768, .vocab_size = 50304, .d_mlp = 8192, .n_heads = 6, .bos_token = 0, .eos_token = 1});
  model.norm = rms_norm(config.number("rms_norm_eps", 1e-6));
  model.norm.has_weight = false;
  model.final_norm = model.embedding_norm = model.attention.qk_norm_kind = model.norm;
  model.has_embedding_norm = true;
  model.attention.qk_norm = QkNorm::each_head;
  model.attention.qk_norm_after_rotation = true;
  model.mlp.activation = config.activation("hidden_act", "relu2");
  model.logit_soft_cap = read_limit(config, "final_logit_softcapping", 15);
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 2048),
                                             .turns_back = true}));
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = blueprint.tensors.layer;
  set_attention_bias(layer, config.flag("attention_bias", false));
  layer.gate = {};
  layer.up = {"mlp.fc1"};
  layer.down = {"mlp.fc2"};
  return blueprint;
}

}  // namespace headlight
