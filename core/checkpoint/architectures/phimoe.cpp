// Phi 3.5 MoE: Mixtral with layer norms, biases in attention and unembedding, and a router that weighs each of its two experts
// among those close to it.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

Blueprint read_phimoe(const Config& fields) {
  const Config config = fields.with_aliases({{"num_experts", "num_local_experts"}});
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "phimoe",
                           {.n_layers = 32, .d_model = 4096, .vocab_size = 32064, .d_mlp = 6400, .n_heads = 32,
                            .n_kv_heads = 8, .bos_token = 1, .eos_token = 2});
  model.norm = model.final_norm = layer_norm(config.number("rms_norm_eps", 1e-5));
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  read_experts(config, model, "num_local_experts", 16, 2, model.mlp.d_mlp);
  if (model.mlp.n_active != 2) config.refuse("num_experts_per_tok", "where this router chooses 2");
  model.mlp.routing = Routing::sparse_mixer;
  model.mlp.sparse_mixer_width = config.number("router_jitter_noise", 0.01);
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 131072),
                                             .theta = 1e6,
                                             .has_mscales = true}));
  const auto window = config.optional_count("sliding_window");
  set_windows(model, std::vector<bool>(model.layers.size(), window.has_value()), window);

  TensorTable& table = blueprint.tensors;
  table = llama_tensors(config.flag("tie_word_embeddings", false));
  table.unembedding.has_bias = config.flag("lm_head_bias", false);
  set_attention_bias(table.layer, config.flag("attention_bias", false));
  table.layer.router = {"block_sparse_moe.gate"};
  table.layer.expert_prefix = "block_sparse_moe.experts.{}.";
  table.layer.expert = {.gate = {"w1"}, .up = {"w3"}, .down = {"w2"}};
  table.layer.stacked_experts = {.gate_up = "mlp.experts.gate_up_proj", .down = "mlp.experts.down_proj"};
  table.other_names = {{"block_sparse_moe.gate.", "mlp.router."}};
  return blueprint;
}

}  // namespace headlight
