// InternLM 2: Llama with other names, and queries, keys and values in one tensor, each key head after its query heads.
// The defaults are those of the InternLM2Config that comes with the models.
#include "core/checkpoint/architectures/all.hpp"
#include "core/checkpoint/architectures/common.hpp"

namespace headlight {

Blueprint read_internlm2(const Config& config) {
  Blueprint blueprint;
  ModelDescription& model = blueprint.description;
  model = read_llama_sizes(config, "internlm2",
                           {.n_layers = 32, .d_model = 4096, .vocab_size = 103168, .d_mlp = 11008, .n_heads = 32,
                            .bos_token = 1, .eos_token = 2});
  model.norm = model.final_norm = rms_norm(config.number("rms_norm_eps", 1e-6));
  model.mlp.activation = config.activation("hidden_act", "silu");
  model.mlp.gated = true;
  set_rotary(blueprint, read_rotary(config, {.d_head = model.attention.d_head,
                                             .max_positions = config.count("max_position_embeddings", 2048)}));
  const bool bias = config.flag("bias", true);
  TensorTable& table = blueprint.tensors;
  table = llama_tensors(config.flag("tie_word_embeddings", false));
  table.token_embedding = "tok_embeddings";
  table.unembedding = {"output"};
  table.layer = {.attention_norm = "attention_norm",
                 .mlp_norm = "ffn_norm",
                 .fused_qkv = {"attention.wqkv", bias},
                 .qkv_groups = model.attention.n_kv_heads,
                 .output = {"attention.wo", bias},
                 .gate = {"feed_forward.w1"},
                 .up = {"feed_forward.w3"},
                 .down = {"feed_forward.w2"}};
  return blueprint;
}

}  // namespace headlight
