// The small parameters of a model, widened once: norms, biases, sinks. (Matrices are widened as they are used.)
#pragma once

#include <vector>

#include "core/checkpoint/model_description.hpp"
#include "core/engine/weight_reader.hpp"
#include "core/tensor/rows.hpp"

namespace headlight {

template <typename T>
struct NormParameters {
  Buffer<T> weight, bias;  // [n], or several sets of n; empty when absent
};

template <typename T>
struct LayerParameters {
  NormParameters<T> attention_norm, attention_post_norm, query_norm, key_norm, mlp_norm, mlp_post_norm;
  Buffer<T> query_bias, key_bias, value_bias, output_bias, gate_bias, up_bias, down_bias;  // empty when absent
  Buffer<T> sinks, router_correction;
  Xielu xielu;  // where it is the activation
};

template <typename T>
struct Parameters {
  std::vector<LayerParameters<T>> layers;
  NormParameters<T> embedding_norm, final_norm;
  Buffer<T> unembedding_bias;

  Parameters(const ModelWeights& weights, const WeightReader<T>& reader);
};

// out[row] = norm(x[row]) for packed rows of `n`; x and out may be the same.
template <typename T>
void norm_rows(ThreadPool& pool, const NormDescription& norm, const NormParameters<T>& parameters, const T* x, size_t n_rows, size_t n, T* out);

// Norms queries or keys [row, n_heads * d_head] in place as the description says; nothing where they have no norm.
template <typename T>
void norm_heads(ThreadPool& pool, const AttentionDescription& attention, const NormParameters<T>& parameters, size_t n_rows, size_t n_heads, T* heads);

}  // namespace headlight
