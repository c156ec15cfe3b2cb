// Granite 3: Llama with multipliers on embeddings, scores, what is added to the residual stream, and logits.
// HyperCLOVA X: the same with norms on both sides of each half of a block.
// Granite MoE: the same with experts, all of a layer in two tensors; perhaps with one that every token goes through.
#include <cmath>

#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

namespace {

Blueprint read_multiplied_llama(const Config& config, const char* architecture) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, architecture,
                           {.n_layers = 32, .d_model = 4096, .vocab_size = 32000, .d_mlp = 11008, .n_heads = 32,
                            .bos_token = 1, .eos_token = 2});
  model.embedding_scale = config.number("embedding_multiplier", 1);
  model.residual_scale = config.number("residual_multiplier", 1);
  model.attention.score_scale = config.optional_number("attention_multiplier", 1).value_or(1);
  const double divisor = config.number("logits_scaling", 1);
  if (divisor == 0) config.refuse("logits_scaling", "by which logits are divided");
  model.logit_scale = 1 / divisor;
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-6));
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 2048)}));
  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  set_attention_bias(blueprint.tensors.layer, config.flag("attention_bias", false));
  return blueprint;
}

Blueprint read_mixture(const Config& config, const char* architecture) {
  Blueprint blueprint = read_multiplied_llama(config, architecture);
  read_experts(config, blueprint.description, "num_local_experts", 8, 2, blueprint.description.mlp.d_mlp);
  LayerTensors& layer = blueprint.tensors.layer;
  layer.router = {"block_sparse_moe.router.layer"};
  layer.stacked_experts = {.gate_up = "block_sparse_moe.input_linear.weight", .down = "block_sparse_moe.output_linear.weight"};
  blueprint.tensors.other_names = {{"block_sparse_moe.router.layer.", "block_sparse_moe.router."},
                                   {"block_sparse_moe.input_linear.weight", "block_sparse_moe.experts.gate_up_proj"},
                                   {"block_sparse_moe.output_linear.weight", "block_sparse_moe.experts.down_proj"}};
  return blueprint;
}

}  // namespace

Blueprint read_granite(const Config& config) {
  Blueprint blueprint = read_multiplied_llama(config, "granite");
  LayerTensors& layer = blueprint.tensors.layer;
  for (StoredProjection* stored : {&layer.gate, &layer.up, &layer.down}) stored->has_bias = config.flag("mlp_bias", false);
  return blueprint;
}

Blueprint read_hyperclovax(const Config& config) {
  Blueprint blueprint = read_granite(config);
  ModelDescription& model = blueprint.description;
  model.architecture = "hyperclovax";
  model.attention.score_scale = config.optional_number("attention_multiplier").value_or(1 / std::sqrt(model.attention.d_head));
  model.logit_scale = config.number("logits_scaling", 1);  // multiplies here
  if (!config.flag("use_post_norm", true)) return blueprint;
  model.norm_placement = NormPlacement::sandwich;
  blueprint.tensors.layer.attention_post_norm = "post_norm1";
  blueprint.tensors.layer.mlp_post_norm = "post_norm2";
  return blueprint;
}

Blueprint read_granitemoe(const Config& config) { return read_mixture(config, "granitemoe"); }

Blueprint read_granitemoeshared(const Config& config) {
  Blueprint blueprint = read_mixture(config, "granitemoeshared");
  const bool has_shared = config.number("shared_intermediate_size", 0) != 0;
  if (has_shared) blueprint.description.mlp.d_shared = config.count("shared_intermediate_size", 0);
  blueprint.tensors.layer.shared_expert = {.down = {"shared_mlp.output_linear"}, .fused_gate_up = {"shared_mlp.input_linear"}};
  return blueprint;
}

}  // namespace headlight
