// What an architecture's file says about a model: the description, and under which names its tensors are stored.
#pragma once

#include <string>
#include <vector>

#include "core/checkpoint/model_description.hpp"

namespace headlight {

// How the matrix of a projection lies in its tensor: torch's Linear, or GPT-2's Conv1D.
enum class MatrixOrder { out_in, in_out };

// A module's name, to which ".weight" and ".bias" are added. An empty name: the model has no such thing.
struct StoredProjection {
  std::string name;
  bool has_bias = false;
};

// Names within a layer, after `layer_prefix`.
struct LayerTensors {
  std::string attention_norm{}, attention_post_norm{}, mlp_norm{}, mlp_post_norm{};
  std::string query_norm{}, key_norm{};
  StoredProjection query{}, key{}, value{};
  // One tensor for the three: `qkv_groups` times [queries, keys, values] along the output, each its share of the heads.
  // 1 group stacks all queries, all keys, all values; n_kv_heads groups set each key head after its query heads.
  StoredProjection fused_qkv{};
  int qkv_groups = 1;
  StoredProjection output{};
  StoredProjection gate{}, up{}, down{};
  StoredProjection fused_gate_up{};  // all of the gate, then all of up
  StoredProjection router{};         // of experts, of which gate, up and down stand below `expert_prefix`
  std::string expert_prefix{};       // "experts.{}.", the expert's index at {}
};

struct TensorTable {
  std::vector<std::string> prefixes = {""};  // of all names but the unembedding's; the first that the files have
  MatrixOrder order = MatrixOrder::out_in;   // of the projections within layers
  std::string token_embedding, position_embedding, embedding_norm;
  std::string layer_prefix;                  // "h.{}.", the layer's index at {}
  LayerTensors layer;
  std::string final_norm;
  StoredProjection unembedding;              // without prefix
  bool tied = false;                         // the unembedding is the token embedding
  std::vector<std::string> buffers;          // ends of names that hold no parameters: masks, frequencies
};

struct Blueprint {
  ModelDescription description;
  TensorTable tensors;
  std::vector<std::string> notes;
};

}  // namespace headlight
