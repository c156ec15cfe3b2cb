// MiniMax M2: experts that are chosen by sigmoids, a norm over all queries and one over all keys, a rotation of the front of each head.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

namespace {

// The models give the number of rotated dimensions instead of their share.
Config with_partial_factor(const Config& config) {
  const auto n_dims = config.optional_count("rotary_dim");
  if (!n_dims || config.has("partial_rotary_factor")) return config;
  Json fields = config.fields();
  fields.set("partial_rotary_factor", static_cast<double>(*n_dims) / config.count("head_dim", 128));
  return Config(std::move(fields));
}

}  // namespace

Blueprint read_minimax_m2(const Config& fields) {
  const Config config = with_partial_factor(fields.with_aliases({{"num_experts", "num_local_experts"}}));
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "minimax_m2",
                           {.n_layers = 62, .d_model = 3072, .vocab_size = 200064, .d_mlp = 1536, .n_heads = 48, .n_kv_heads = 8,
                            .d_head = 128, .bos_token = 200034, .eos_token = 200020});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-6));
  model.attention.qk_norm = QkNorm::all_heads;
  model.attention.qk_norm_kind = model.norm;
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  read_experts(config, model, "num_local_experts", 256, 8, model.mlp.d_mlp);
  model.mlp.routing = Routing::scored;
  model.mlp.scored = {.is_sigmoid = true, .is_normalised = true};
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 196608),
                                             .theta = 5e6,
                                             .partial_is_supported = true}));

  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = blueprint.tensors.layer;
  layer.query_norm = "self_attn.q_norm";
  layer.key_norm = "self_attn.k_norm";
  layer.router = {"block_sparse_moe.gate"};
  layer.router_correction = "block_sparse_moe.e_score_correction_bias";
  layer.expert_prefix = "block_sparse_moe.experts.{}.";
  layer.expert = {.gate = {"w1"}, .up = {"w3"}, .down = {"w2"}};
  layer.stacked_experts = {.gate_up = "mlp.experts.gate_up_proj", .down = "mlp.experts.down_proj"};
  blueprint.tensors.other_names = {{"block_sparse_moe.gate.", "mlp.gate."},
                                   {"block_sparse_moe.e_score_correction_bias", "mlp.e_score_correction_bias"}};
  return blueprint;
}

}  // namespace headlight
