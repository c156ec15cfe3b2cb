// OLMoE: a mixture of experts in every layer, norms over the whole of queries and keys, which may be clamped after them.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

Blueprint read_olmoe(const Config& fields) {
  const Config config = fields.with_aliases({{"num_local_experts", "num_experts"}});
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "olmoe",
                           {.n_layers = 16, .d_model = 2048, .vocab_size = 50304, .d_mlp = 2048, .n_heads = 16,
                            .eos_token = 50279});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-5));
  model.attention.qkv_clip = read_limit(config, "clip_qkv");
  model.attention.qk_norm = QkNorm::all_heads;
  model.attention.qk_norm_kind = model.norm;
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  read_experts(config, model, "num_experts", 64, 8, model.mlp.d_mlp);
  model.mlp.routing = config.flag("norm_topk_prob", false) ? Routing::softmax_over_active : Routing::softmax_over_all;
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 4096)}));

  blueprint.tensors = llama_tensors(config.flag("tie_word_embeddings", false));
  LayerTensors& layer = blueprint.tensors.layer;
  set_attention_bias(layer, config.flag("attention_bias", false));
  layer.query_norm = "self_attn.q_norm";
  layer.key_norm = "self_attn.k_norm";
  set_expert_names(layer);
  return blueprint;
}

}  // namespace headlight
