// Where the numbers of a model lie: roles to views into mapped files. Nothing is copied here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/tensor/dtype.hpp"

namespace headlight {

// A matrix as a product needs it, y = x W: `n_in` rows, `n_out` columns, wherever its numbers lie.
//   element (in, out) stands at  in * stride_in + column(out) * stride_out
//   column(out) = (out / block) * block_stride + out % block     (block = n_out when it is plain)
// so that a slice of a fused projection, transposed or interleaved by heads, is a view too.
struct WeightMatrix {
  const std::byte* origin = nullptr;
  DType dtype = DType::f32;
  std::int64_t n_in = 0, n_out = 0;
  std::int64_t stride_in = 0, stride_out = 0;  // in elements
  std::int64_t block = 0, block_stride = 0;    // of output columns
};

struct WeightVector {
  const std::byte* origin = nullptr;
  DType dtype = DType::f32;
  std::int64_t n = 0;
  std::int64_t block = 0, block_stride = 0;  // as above, for the bias of an interleaved projection
};

struct LinearWeights {
  WeightMatrix matrix;
  std::optional<WeightVector> bias;
};

struct NormWeights {
  std::optional<WeightVector> weight, bias;
};

struct ExpertWeights {
  std::optional<LinearWeights> gate;
  LinearWeights up, down;
};

// Numbers of an activation that is trained (arXiv 2411.13010), as they are stored: each alpha before its softplus.
struct XieluWeights {
  WeightVector alpha_p, alpha_n, beta, epsilon;  // [1]
};

struct LayerWeights {
  NormWeights attention_norm;       // before attention
  NormWeights attention_post_norm;  // after attention (sandwich, post_inside)
  LinearWeights query, key, value;  // [d_model -> heads * d_head]
  LinearWeights output;             // [n_heads * d_head -> d_model]
  NormWeights query_norm, key_norm;
  std::vector<NormWeights> query_norms, key_norms;  // [head], where each head has its own
  std::optional<WeightVector> sinks;  // [n_heads]
  NormWeights mlp_norm, mlp_post_norm;
  std::optional<LinearWeights> gate;
  LinearWeights up, down;               // empty where there are experts
  std::optional<XieluWeights> xielu;
  std::optional<LinearWeights> router;  // [d_model -> n_experts]
  std::optional<WeightVector> router_correction;  // [n_experts]
  std::vector<ExpertWeights> experts;   // [n_experts]
  std::optional<ExpertWeights> shared_expert;
  std::optional<LinearWeights> shared_expert_gate;  // [d_model -> 1]
};

struct ModelWeights {
  WeightMatrix token_embedding;                     // [vocab -> d_model, or d_embedding where there is one]
  std::optional<WeightMatrix> position_embedding;   // [n_positions -> d_model]
  NormWeights embedding_norm;
  std::vector<LayerWeights> layers;
  NormWeights final_norm;
  LinearWeights unembedding;                        // [d_model or d_embedding -> vocab]; a view of token_embedding when tied
  std::optional<LinearWeights> embedding_in, embedding_out;  // [d_embedding -> d_model], [d_model -> d_embedding]
};

}  // namespace headlight
