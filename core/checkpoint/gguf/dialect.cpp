#include "core/checkpoint/gguf/dialect.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/checkpoint/gguf/module_names.hpp"

namespace headlight::gguf {
namespace {

constexpr KeyName kGemmaKeys[] = {{"attn_logit_softcapping", "attn_logit_softcapping"},
                                  {"final_logit_softcapping", "final_logit_softcapping"},
                                  {"rope.freq_base_swa", "rope_local_base_freq"}};
constexpr KeyName kGpt2Keys[] = {{"context_length", "n_positions"}, {"embedding_length", "n_embd"}, {"block_count", "n_layer"},
                                 {"attention.head_count", "n_head"}, {"feed_forward_length", "n_inner"}};
constexpr KeyName kBloomKeys[] = {{"block_count", "n_layer"}, {"attention.head_count", "n_head"}};
constexpr KeyName kFalconKeys[] = {{"feed_forward_length", "ffn_hidden_size"}, {"attention.head_count_kv", "num_kv_heads"}};
constexpr KeyName kParallelKeys[] = {{"use_parallel_residual", "use_parallel_residual"}};
constexpr KeyName kGraniteKeys[] = {{"attention.scale", "attention_multiplier", true}, {"logit_scale", "logits_scaling", true},
                                    {"embedding_scale", "embedding_multiplier"},      {"residual_scale", "residual_multiplier"},
                                    {"expert_shared_feed_forward_length", "shared_intermediate_size"}};
constexpr KeyName kCommandKeys[] = {{"logit_scale", "logit_scale", true}};
constexpr KeyName kClampKeys[] = {{"attention.clamp_kqv", "clip_qkv"}};

constexpr Dialect kDialects[] = {
    {.architecture = "llama", .model_type = "llama", .epsilon_field = "rms_norm_eps", .names = kLlama,
     .experts_field = "num_local_experts", .windows = Windows::of_all_layers, .has_permuted_rows = true},
    {.architecture = "qwen2", .model_type = "qwen2", .epsilon_field = "rms_norm_eps", .names = kLlama},
    {.architecture = "qwen2moe", .model_type = "qwen2_moe", .epsilon_field = "rms_norm_eps", .names = kLlama,
     .experts_field = "num_experts", .expert_weights = ExpertWeights::plain},
    {.architecture = "qwen3", .model_type = "qwen3", .epsilon_field = "rms_norm_eps", .names = kLlama},
    {.architecture = "qwen3moe", .model_type = "qwen3_moe", .epsilon_field = "rms_norm_eps", .names = kLlama,
     .experts_field = "num_local_experts", .expert_weights = ExpertWeights::normalised},
    {.architecture = "gemma", .model_type = "gemma", .epsilon_field = "rms_norm_eps", .names = kLlama,
     .norms_hold_whole_weights = true},
    {.architecture = "gemma2", .model_type = "gemma2", .epsilon_field = "rms_norm_eps", .names = kSandwich, .keys = kGemmaKeys,
     .windows = Windows::of_some_layers, .norms_hold_whole_weights = true},
    {.architecture = "gemma3", .model_type = "gemma3_text", .epsilon_field = "rms_norm_eps", .names = kSandwich,
     .keys = kGemmaKeys, .windows = Windows::of_some_layers, .norms_hold_whole_weights = true},
    {.architecture = "granite", .model_type = "granite", .epsilon_field = "rms_norm_eps", .names = kLlama, .keys = kGraniteKeys,
     .has_permuted_rows = true},
    {.architecture = "granitemoe", .model_type = "granitemoe", .epsilon_field = "rms_norm_eps", .names = kLlama, .keys = kGraniteKeys,
     .experts_field = "num_local_experts", .has_permuted_rows = true},
    {.architecture = "gpt-oss", .model_type = "gpt_oss", .epsilon_field = "rms_norm_eps", .names = kLlama, .own_names = kGptOss,
     .experts_field = "num_local_experts", .windows = Windows::of_some_layers},
    {.architecture = "smollm3", .model_type = "smollm3", .epsilon_field = "rms_norm_eps", .names = kLlama, .has_permuted_rows = true},
    {.architecture = "glm4", .model_type = "glm4", .epsilon_field = "rms_norm_eps", .names = kLlama, .own_names = kGlm4},
    {.architecture = "command-r", .model_type = "cohere", .epsilon_field = "layer_norm_eps", .names = kLlama, .keys = kCommandKeys},
    {.architecture = "cohere2", .model_type = "cohere2", .epsilon_field = "layer_norm_eps", .names = kLlama, .keys = kCommandKeys,
     .windows = Windows::of_some_layers},
    {.architecture = "olmo", .model_type = "olmo", .epsilon_field = "layer_norm_eps", .names = kLlama, .keys = kClampKeys,
     .has_permuted_rows = true},
    {.architecture = "olmo2", .model_type = "olmo2", .epsilon_field = "rms_norm_eps", .names = kSandwich,
     .windows = Windows::of_some_layers},
    {.architecture = "olmoe", .model_type = "olmoe", .epsilon_field = "rms_norm_eps", .names = kLlama, .keys = kClampKeys,
     .experts_field = "num_experts", .expert_weights = ExpertWeights::plain},
    {.architecture = "nemotron", .model_type = "nemotron", .epsilon_field = "norm_eps", .names = kLlama,
     .norms_hold_whole_weights = true},
    {.architecture = "internlm2", .model_type = "internlm2", .epsilon_field = "rms_norm_eps", .names = kLlama, .own_names = kInternlm2,
     .has_permuted_rows = true},
    {.architecture = "exaone4", .model_type = "exaone4", .epsilon_field = "rms_norm_eps", .names = kSandwich,
     .windows = Windows::of_some_layers},
    {.architecture = "seed_oss", .model_type = "seed_oss", .epsilon_field = "rms_norm_eps", .names = kLlama, .own_names = kSeedOss},
    {.architecture = "ernie4_5", .model_type = "ernie4_5", .epsilon_field = "rms_norm_eps", .names = kLlama},
    {.architecture = "phi2", .model_type = "phi", .epsilon_field = "layer_norm_eps", .names = kPhi2},
    {.architecture = "phi3", .model_type = "phi3", .epsilon_field = "rms_norm_eps", .names = kPhi3, .windows = Windows::of_all_layers},
    {.architecture = "starcoder2", .model_type = "starcoder2", .epsilon_field = "norm_epsilon", .names = kStarcoder2,
     .windows = Windows::of_all_layers},
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
  if (*architecture == "olmo2" && file.integer("olmo2.attention.sliding_window").value_or(0) > 0) dialect.model_type = "olmo3";
  if (*architecture == "granitemoe" && file.integer("granitemoe.expert_shared_feed_forward_length").value_or(0) > 0)
    dialect.model_type = "granitemoeshared";
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
  const auto of_pattern = [&](const ModuleName& name) { return name.gguf == pattern; };
  for (const std::span<const ModuleName> names : {dialect.own_names, dialect.names}) {
    const auto name = std::ranges::find_if(names, of_pattern);
    if (name == names.end()) continue;
    std::string stored(name->stored);
    for (const std::string_view index : indices)
      if (const std::size_t place = stored.find("{}"); place != std::string::npos) stored.replace(place, 2, index);
    return stored + std::string(tensor.substr(end));
  }
  return "";
}

}  // namespace headlight::gguf
