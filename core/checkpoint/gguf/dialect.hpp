// How a GGUF architecture says what a Hugging Face folder says: the names of its keys and tensors, and in which form the
// conversion leaves the tensors. What the fields and tensors mean stays in architectures/: nothing here computes.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/tensor/gguf/file.hpp"

namespace headlight::gguf {

// "block_count" (after "llama.") -> "num_hidden_layers"
struct KeyName {
  std::string_view key, field;
  bool is_required = false;
};

// "blk.{}.attn_q" -> "model.layers.{}.self_attn.q_proj", before ".weight" and ".bias"
struct ModuleName {
  std::string_view gguf, stored;
};

// Whether the weights of the experts that a token goes through sum to 1: always, or unless "expert_weights_norm" says otherwise.
// Files leave that to the architecture, as llama.cpp does.
enum class ExpertWeights { always_normalised, normalised, plain };

// Which layers have a window when there is one.
enum class Windows { none, of_all_layers, of_some_layers };

struct Dialect {
  std::string_view architecture;     // "general.architecture"
  std::string_view model_type;       // of config.json
  std::string_view epsilon_field;
  std::span<const ModuleName> names;
  std::span<const ModuleName> own_names = {};  // instead of those of the same GGUF name, or besides
  std::span<const KeyName> keys = {};          // besides the usual ones
  std::string_view experts_field = {};         // of their number; empty: it has none
  ExpertWeights expert_weights = ExpertWeights::always_normalised;
  Windows windows = Windows::none;
  bool has_permuted_rows = false;        // the rows of q and k stand as a rotation of neighbours (2i, 2i + 1) wants them
  bool norms_hold_whole_weights = false;  // 1 + w where Hugging Face's files have w
  bool has_plain_order = false;          // projections out x in where Hugging Face's files have in x out
  bool has_stacked_qkv = false;          // all queries, all keys, all values where they are interleaved by head
};

// Throws Error{unsupported} that names the architecture and those that are read.
Dialect dialect_of(const File& file);

// "blk.3.attn_q.weight" -> "model.layers.3.self_attn.q_proj.weight"; empty when the dialect has no such tensor.
std::string stored_name(const Dialect& dialect, std::string_view tensor);

}  // namespace headlight::gguf
