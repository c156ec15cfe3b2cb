// What an architecture's file says about a model: the description, and under which names its tensors are stored.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/checkpoint/model_description.hpp"
#include "core/checkpoint/quantization.hpp"

namespace headlight {

// How the matrix of a projection lies in its tensor: torch's Linear, or GPT-2's Conv1D.
enum class MatrixOrder { out_in, in_out };

// A module's name, to which ".weight" and ".bias" are added. An empty name: the model has no such thing.
struct StoredProjection {
  std::string name{};
  bool has_bias = false;
};

struct StoredMlp {
  StoredProjection gate{}, up{}, down{}, fused_gate_up{};
};

// Tensors of three axes, [expert, out, in] or, in MatrixOrder::in_out, [expert, in, out]. Whole names, without ".weight" added.
struct StackedExperts {
  std::string gate_up{}, down{};
  std::string gate_up_bias{}, down_bias{};  // empty: none
  MatrixOrder order = MatrixOrder::out_in;
  bool interleaved = false;                 // gate 0, up 0, gate 1, up 1, ... instead of all of the gate, then all of up
};

// Names within a layer, after `layer_prefix`.
struct LayerTensors {
  std::string attention_norm{}, attention_post_norm{}, mlp_norm{}, mlp_post_norm{};
  std::string query_norm{}, key_norm{};  // with {} for the head where each head's weights are a tensor of their own
  StoredProjection query{}, key{}, value{};
  // One tensor for the three: `qkv_groups` times [queries, keys, values] along the output, each its share of the heads.
  // 1 group stacks all queries, all keys, all values; n_kv_heads groups set each key head after its query heads.
  StoredProjection fused_qkv{};
  int qkv_groups = 1;
  bool value_before_key = false;  // [queries, values, keys] instead
  StoredProjection output{};
  std::string sinks{};  // a tensor's whole name
  StoredProjection gate{}, up{}, down{};
  StoredProjection fused_gate_up{};  // all of the gate, then all of up
  std::string xielu{};               // of the activation's numbers: alpha_p, alpha_n, beta, eps
  StoredProjection router{};         // of experts
  std::string router_correction{};   // a tensor's whole name
  std::string expert_prefix{};       // "experts.{}.", the expert's index at {}
  StoredMlp expert{};                // the names after `expert_prefix`
  StackedExperts stacked_experts{};  // all experts of a layer in two tensors: where a file has those, the ones above are not read
  StoredMlp shared_expert{};
  StoredProjection shared_expert_gate{};
};

struct TensorTable {
  std::vector<std::string> prefixes = {""};  // of all names but the unembedding's; the first that the files have
  MatrixOrder order = MatrixOrder::out_in;   // of the projections within layers
  std::string token_embedding, position_embedding, embedding_norm;
  std::string embedding_in, embedding_out;   // projections between embeddings and the residual stream
  std::string layer_prefix;                  // "h.{}.", the layer's index at {}
  LayerTensors layer;
  std::string final_norm;
  StoredProjection unembedding;              // after the first of `unembedding_prefixes` that the files have
  std::vector<std::string> unembedding_prefixes = {""};
  bool tied = false;                         // the unembedding is the token embedding
  // Parts of names that transformers 5 has otherwise in memory, and in files that it was told to write so.
  std::vector<std::pair<std::string, std::string>> other_names;
  std::vector<std::string> buffers;          // ends of names that hold no parameters: masks, frequencies
};

struct Blueprint {
  ModelDescription description;
  TensorTable tensors;
  Quantization quantization = Quantization::none;  // of the files
  std::vector<std::string> notes;
};

}  // namespace headlight
