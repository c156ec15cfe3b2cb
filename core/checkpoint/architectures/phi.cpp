// Phi 1 to 2: attention and MLP side by side on one layer norm, biases everywhere, a rotation of half of each head.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {
namespace {

TensorTable name_tensors(const Config& config) {
  TensorTable table = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = table.layer;
  layer.mlp_norm = "";
  layer.query_norm = "self_attn.q_layernorm";
  layer.key_norm = "self_attn.k_layernorm";
  layer.output = {"self_attn.dense"};
  layer.gate = {};
  layer.up = {"mlp.fc1"};
  layer.down = {"mlp.fc2"};
  for (StoredProjection* stored :
       {&layer.query, &layer.key, &layer.value, &layer.output, &layer.up, &layer.down, &table.unembedding})
    stored->has_bias = true;
  table.final_norm = "final_layernorm";
  return table;
}

}  // namespace

Blueprint read_phi(const Config& config) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "phi",
                           {.n_layers = 24, .d_model = 2048, .vocab_size = 51200, .d_mlp = 8192, .n_heads = 32,
                            .bos_token = 1, .eos_token = 2});
  model.norm = model.final_norm = layer_norm(config.number("layer_norm_eps", 1e-5));
  model.parallel_residual = model.parallel_shares_norm = true;
  if (config.flag("qk_layernorm", false)) model.attention.qk_norm = QkNorm::each_head;
  model.attention.qk_norm_kind = model.norm;
  model.mlp.activation = config.activation("hidden_act", "gelu_new");
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 2048),
                                             .partial_factor = 0.5,
                                             .partial_is_supported = true,
                                             .n_dims_must_be_even = true}));
  blueprint.tensors = name_tensors(config);
  return blueprint;
}

}  // namespace headlight
