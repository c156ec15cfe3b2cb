// Mixtral: Mistral with a mixture of experts for the MLP.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

Blueprint read_mixtral(const Config& fields) {
  const Config config = fields.with_aliases({{"num_experts", "num_local_experts"}});
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "mixtral",
                           {.n_layers = 32, .d_model = 4096, .vocab_size = 32000, .d_mlp = 14336, .n_heads = 32,
                            .n_kv_heads = 8, .bos_token = 1, .eos_token = 2});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-5));
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  read_experts(config, model, "num_local_experts", 8, 2, model.mlp.d_mlp);
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 131072),
                                             .theta = 1e6}));
  const auto window = config.optional_count("sliding_window");
  set_windows(model, std::vector<bool>(model.layers.size(), window.has_value()), window);

  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = blueprint.tensors.layer;
  layer.router = {"block_sparse_moe.gate"};
  layer.expert_prefix = "block_sparse_moe.experts.{}.";
  layer.expert = {.gate = {"w1"}, .up = {"w3"}, .down = {"w2"}};
  layer.stacked_experts = {.gate_up = "mlp.experts.gate_up_proj", .down = "mlp.experts.down_proj"};
  blueprint.tensors.other_names = {{"block_sparse_moe.gate.", "mlp.gate."}};
  return blueprint;
}

}  // namespace headlight
