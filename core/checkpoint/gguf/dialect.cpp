#include "core/checkpoint/gguf/dialect.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace headlight::gguf {
namespace {

constexpr ModuleName kLlama[] = {
    {"token_embd", "model.embed_tokens"},
    {"output_norm", "model.norm"},
    {"output", "lm_head"},
    {"blk.{}.attn_norm", "model.layers.{}.input_layernorm"},
    {"blk.{}.attn_q", "model.layers.{}.self_attn.q_proj"},
    {"blk.{}.attn_k", "model.layers.{}.self_attn.k_proj"},
    {"blk.{}.attn_v", "model.layers.{}.self_attn.v_proj"},
    {"blk.{}.attn_qkv", "model.layers.{}.self_attn.qkv_proj"},
    {"blk.{}.attn_q_norm", "model.layers.{}.self_attn.q_norm"},
    {"blk.{}.attn_k_norm", "model.layers.{}.self_attn.k_norm"},
    {"blk.{}.attn_output", "model.layers.{}.self_attn.o_proj"},
    {"blk.{}.ffn_norm", "model.layers.{}.post_attention_layernorm"},
    {"blk.{}.ffn_gate", "model.layers.{}.mlp.gate_proj"},
    {"blk.{}.ffn_up", "model.layers.{}.mlp.up_proj"},
    {"blk.{}.ffn_down", "model.layers.{}.mlp.down_proj"},
    {"blk.{}.ffn_gate_inp", "model.layers.{}.block_sparse_moe.gate"},
    {"blk.{}.ffn_gate_exps", "model.layers.{}.block_sparse_moe.experts.{}.w1"},
    {"blk.{}.ffn_up_exps", "model.layers.{}.block_sparse_moe.experts.{}.w3"},
    {"blk.{}.ffn_down_exps", "model.layers.{}.block_sparse_moe.experts.{}.w2"},
    {"blk.{}.ffn_gate.{}", "model.layers.{}.block_sparse_moe.experts.{}.w1"},
    {"blk.{}.ffn_up.{}", "model.layers.{}.block_sparse_moe.experts.{}.w3"},
    {"blk.{}.ffn_down.{}", "model.layers.{}.block_sparse_moe.experts.{}.w2"},
};

// Norms behind each half of a block, and before it (Gemma 2 and 3) or not (OLMo 2).
constexpr ModuleName kSandwich[] = {
    {"token_embd", "model.embed_tokens"},
    {"output_norm", "model.norm"},
    {"output", "lm_head"},
    {"blk.{}.attn_norm", "model.layers.{}.input_layernorm"},
    {"blk.{}.attn_q", "model.layers.{}.self_attn.q_proj"},
    {"blk.{}.attn_k", "model.layers.{}.self_attn.k_proj"},
    {"blk.{}.attn_v", "model.layers.{}.self_attn.v_proj"},
    {"blk.{}.attn_q_norm", "model.layers.{}.self_attn.q_norm"},
    {"blk.{}.attn_k_norm", "model.layers.{}.self_attn.k_norm"},
    {"blk.{}.attn_output", "model.layers.{}.self_attn.o_proj"},
    {"blk.{}.post_attention_norm", "model.layers.{}.post_attention_layernorm"},
    {"blk.{}.ffn_norm", "model.layers.{}.pre_feedforward_layernorm"},
    {"blk.{}.post_ffw_norm", "model.layers.{}.post_feedforward_layernorm"},
    {"blk.{}.ffn_gate", "model.layers.{}.mlp.gate_proj"},
    {"blk.{}.ffn_up", "model.layers.{}.mlp.up_proj"},
    {"blk.{}.ffn_down", "model.layers.{}.mlp.down_proj"},
};

constexpr ModuleName kPhi2[] = {
    {"token_embd", "model.embed_tokens"},
    {"output_norm", "model.final_layernorm"},
    {"output", "lm_head"},
    {"blk.{}.attn_norm", "model.layers.{}.input_layernorm"},
    {"blk.{}.attn_q", "model.layers.{}.self_attn.q_proj"},
    {"blk.{}.attn_k", "model.layers.{}.self_attn.k_proj"},
    {"blk.{}.attn_v", "model.layers.{}.self_attn.v_proj"},
    {"blk.{}.attn_qkv", "model.layers.{}.self_attn.qkv_proj"},
    {"blk.{}.attn_output", "model.layers.{}.self_attn.dense"},
    {"blk.{}.ffn_up", "model.layers.{}.mlp.fc1"},
    {"blk.{}.ffn_down", "model.layers.{}.mlp.fc2"},
};

constexpr ModuleName kPhi3[] = {
    {"token_embd", "model.embed_tokens"},
    {"output_norm", "model.norm"},
    {"output", "lm_head"},
    {"blk.{}.attn_norm", "model.layers.{}.input_layernorm"},
    {"blk.{}.attn_qkv", "model.layers.{}.self_attn.qkv_proj"},
    {"blk.{}.attn_output", "model.layers.{}.self_attn.o_proj"},
    {"blk.{}.ffn_norm", "model.layers.{}.post_attention_layernorm"},
    {"blk.{}.ffn_up", "model.layers.{}.mlp.gate_up_proj"},
    {"blk.{}.ffn_down", "model.layers.{}.mlp.down_proj"},
};

constexpr ModuleName kStarcoder2[] = {
    {"token_embd", "model.embed_tokens"},
    {"output_norm", "model.norm"},
    {"output", "lm_head"},
    {"blk.{}.attn_norm", "model.layers.{}.input_layernorm"},
    {"blk.{}.attn_q", "model.layers.{}.self_attn.q_proj"},
    {"blk.{}.attn_k", "model.layers.{}.self_attn.k_proj"},
    {"blk.{}.attn_v", "model.layers.{}.self_attn.v_proj"},
    {"blk.{}.attn_output", "model.layers.{}.self_attn.o_proj"},
    {"blk.{}.ffn_norm", "model.layers.{}.post_attention_layernorm"},
    {"blk.{}.ffn_up", "model.layers.{}.mlp.c_fc"},
    {"blk.{}.ffn_down", "model.layers.{}.mlp.c_proj"},
};

constexpr ModuleName kGpt2[] = {
    {"token_embd", "transformer.wte"},
    {"position_embd", "transformer.wpe"},
    {"output_norm", "transformer.ln_f"},
    {"output", "lm_head"},
    {"blk.{}.attn_norm", "transformer.h.{}.ln_1"},
    {"blk.{}.attn_qkv", "transformer.h.{}.attn.c_attn"},
    {"blk.{}.attn_output", "transformer.h.{}.attn.c_proj"},
    {"blk.{}.ffn_norm", "transformer.h.{}.ln_2"},
    {"blk.{}.ffn_up", "transformer.h.{}.mlp.c_fc"},
    {"blk.{}.ffn_down", "transformer.h.{}.mlp.c_proj"},
};

constexpr ModuleName kGptNeox[] = {
    {"token_embd", "gpt_neox.embed_in"},
    {"output_norm", "gpt_neox.final_layer_norm"},
    {"output", "embed_out"},
    {"blk.{}.attn_norm", "gpt_neox.layers.{}.input_layernorm"},
    {"blk.{}.attn_qkv", "gpt_neox.layers.{}.attention.query_key_value"},
    {"blk.{}.attn_output", "gpt_neox.layers.{}.attention.dense"},
    {"blk.{}.ffn_norm", "gpt_neox.layers.{}.post_attention_layernorm"},
    {"blk.{}.ffn_up", "gpt_neox.layers.{}.mlp.dense_h_to_4h"},
    {"blk.{}.ffn_down", "gpt_neox.layers.{}.mlp.dense_4h_to_h"},
};

// One norm (7B, 11B).
constexpr ModuleName kFalcon[] = {
    {"token_embd", "transformer.word_embeddings"},
    {"output_norm", "transformer.ln_f"},
    {"output", "lm_head"},
    {"blk.{}.attn_norm", "transformer.h.{}.input_layernorm"},
    {"blk.{}.attn_qkv", "transformer.h.{}.self_attention.query_key_value"},
    {"blk.{}.attn_output", "transformer.h.{}.self_attention.dense"},
    {"blk.{}.ffn_up", "transformer.h.{}.mlp.dense_h_to_4h"},
    {"blk.{}.ffn_down", "transformer.h.{}.mlp.dense_4h_to_h"},
};

// Two norms (40B), of which "attn_norm" is the MLP's.
constexpr ModuleName kFalconOfTwoNorms[] = {
    {"token_embd", "transformer.word_embeddings"},
    {"output_norm", "transformer.ln_f"},
    {"output", "lm_head"},
    {"blk.{}.attn_norm", "transformer.h.{}.ln_mlp"},
    {"blk.{}.attn_norm_2", "transformer.h.{}.ln_attn"},
    {"blk.{}.attn_qkv", "transformer.h.{}.self_attention.query_key_value"},
    {"blk.{}.attn_output", "transformer.h.{}.self_attention.dense"},
    {"blk.{}.ffn_up", "transformer.h.{}.mlp.dense_h_to_4h"},
    {"blk.{}.ffn_down", "transformer.h.{}.mlp.dense_4h_to_h"},
};

constexpr ModuleName kBloom[] = {
    {"token_embd", "transformer.word_embeddings"},
    {"token_embd_norm", "transformer.word_embeddings_layernorm"},
    {"output_norm", "transformer.ln_f"},
    {"output", "lm_head"},
    {"blk.{}.attn_norm", "transformer.h.{}.input_layernorm"},
    {"blk.{}.attn_qkv", "transformer.h.{}.self_attention.query_key_value"},
    {"blk.{}.attn_output", "transformer.h.{}.self_attention.dense"},
    {"blk.{}.ffn_norm", "transformer.h.{}.post_attention_layernorm"},
    {"blk.{}.ffn_up", "transformer.h.{}.mlp.dense_h_to_4h"},
    {"blk.{}.ffn_down", "transformer.h.{}.mlp.dense_4h_to_h"},
};

constexpr KeyName kGemmaKeys[] = {{"attn_logit_softcapping", "attn_logit_softcapping"},
                                  {"final_logit_softcapping", "final_logit_softcapping"},
                                  {"rope.freq_base_swa", "rope_local_base_freq"}};
constexpr KeyName kGpt2Keys[] = {{"context_length", "n_positions"}, {"embedding_length", "n_embd"}, {"block_count", "n_layer"},
                                 {"attention.head_count", "n_head"}, {"feed_forward_length", "n_inner"}};
constexpr KeyName kBloomKeys[] = {{"block_count", "n_layer"}, {"attention.head_count", "n_head"}};
constexpr KeyName kFalconKeys[] = {{"feed_forward_length", "ffn_hidden_size"}, {"attention.head_count_kv", "num_kv_heads"}};
constexpr KeyName kParallelKeys[] = {{"use_parallel_residual", "use_parallel_residual"}};
constexpr KeyName kMixtralKeys[] = {{"expert_count", "num_local_experts"}, {"expert_used_count", "num_experts_per_tok"}};

constexpr Dialect kDialects[] = {
    {.architecture = "llama", .model_type = "llama", .epsilon_field = "rms_norm_eps", .names = kLlama, .keys = kMixtralKeys,
     .has_permuted_rows = true},
    {.architecture = "qwen2", .model_type = "qwen2", .epsilon_field = "rms_norm_eps", .names = kLlama},
    {.architecture = "qwen3", .model_type = "qwen3", .epsilon_field = "rms_norm_eps", .names = kLlama},
    {.architecture = "gemma", .model_type = "gemma", .epsilon_field = "rms_norm_eps", .names = kLlama,
     .norms_hold_whole_weights = true},
    {.architecture = "gemma2", .model_type = "gemma2", .epsilon_field = "rms_norm_eps", .names = kSandwich, .keys = kGemmaKeys,
     .norms_hold_whole_weights = true},
    {.architecture = "gemma3", .model_type = "gemma3_text", .epsilon_field = "rms_norm_eps", .names = kSandwich,
     .keys = kGemmaKeys, .norms_hold_whole_weights = true},
    {.architecture = "olmo2", .model_type = "olmo2", .epsilon_field = "rms_norm_eps", .names = kSandwich},
    {.architecture = "phi2", .model_type = "phi", .epsilon_field = "layer_norm_eps", .names = kPhi2},
    {.architecture = "phi3", .model_type = "phi3", .epsilon_field = "rms_norm_eps", .names = kPhi3},
    {.architecture = "starcoder2", .model_type = "starcoder2", .epsilon_field = "norm_epsilon", .names = kStarcoder2},
    {.architecture = "stablelm", .model_type = "stablelm", .epsilon_field = "layer_norm_eps", .names = kLlama,
     .keys = kParallelKeys},
    {.architecture = "gpt2", .model_type = "gpt2", .epsilon_field = "layer_norm_epsilon", .names = kGpt2, .keys = kGpt2Keys,
     .has_plain_order = true},
    {.architecture = "gptneox", .model_type = "gpt_neox", .epsilon_field = "layer_norm_eps", .names = kGptNeox,
     .keys = kParallelKeys, .has_stacked_qkv = true},
    {.architecture = "falcon", .model_type = "falcon", .epsilon_field = "layer_norm_epsilon", .names = kFalcon,
     .keys = kFalconKeys, .has_stacked_qkv = true},
    {.architecture = "bloom", .model_type = "bloom", .epsilon_field = "layer_norm_epsilon", .names = kBloom, .keys = kBloomKeys,
     .has_stacked_qkv = true},
};

bool is_index(std::string_view word) {
  for (const char character : word)
    if (!std::isdigit(static_cast<unsigned char>(character))) return false;
  return !word.empty();
}

// The listed dialect of this name.
Dialect find_dialect(std::string_view architecture) {
  std::vector<std::string> known;
  for (const Dialect& dialect : kDialects) {
    if (dialect.architecture == architecture) return dialect;
    known.emplace_back(dialect.architecture);
  }
  throw Error(ErrorCode::unsupported, "\"general.architecture\" is \"" + std::string(architecture.substr(0, 80)) +
                                          "\", which Headlight does not read from GGUF files; it reads " + listed(known) +
                                          ". The folder with config.json and safetensors may do");
}

}  // namespace

Dialect dialect_of(const File& file) {
  const auto architecture = file.text("general.architecture");
  if (!architecture) throw Error(ErrorCode::corrupt, "it has no \"general.architecture\", which says what the tensors mean");
  Dialect dialect = find_dialect(*architecture);
  if (*architecture == "llama") {
    if (file.integer("llama.expert_count").value_or(0) > 0)
      dialect.model_type = "mixtral";
    else if (file.integer("llama.attention.sliding_window").value_or(0) > 0)
      dialect.model_type = "mistral";
  }
  if (*architecture == "falcon" && file.find_tensor("blk.0.attn_norm_2.weight")) dialect.names = kFalconOfTwoNorms;
  return dialect;
}

std::string stored_name(const Dialect& dialect, std::string_view tensor) {
  const std::size_t end = tensor.rfind('.');
  if (end == std::string_view::npos) return "";
  std::string pattern;
  std::vector<std::string_view> indices;
  for (std::size_t begin = 0; begin < end;) {
    const std::size_t stop = std::min(tensor.find('.', begin), end);
    const std::string_view word = tensor.substr(begin, stop - begin);
    if (is_index(word)) indices.push_back(word);
    pattern += (begin > 0 ? "." : "") + std::string(is_index(word) ? "{}" : word);
    begin = stop + 1;
  }
  for (const ModuleName& name : dialect.names) {
    if (name.gguf != pattern) continue;
    std::string stored(name.stored);
    for (const std::string_view index : indices)
      if (const std::size_t place = stored.find("{}"); place != std::string::npos) stored.replace(place, 2, index);
    return stored + std::string(tensor.substr(end));
  }
  return "";
}

}  // namespace headlight::gguf
