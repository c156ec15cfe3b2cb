// The small parameters of a model, widened once: norms, biases, sinks. (Matrices are widened as they are used.)
#pragma once

#include <vector>

#include "core/checkpoint/model_description.hpp"
#include "core/engine/weight_reader.hpp"

namespace headlight {

template <typename T>
struct NormParameters {
  Buffer<T> weight, bias;  // [n], or several sets of n; empty when absent
};

template <typename T>
struct LayerParameters {
  NormParameters<T> attention_norm, attention_post_norm, query_norm, key_norm, mlp_norm, mlp_post_norm;
  Buffer<T> query_bias, key_bias, value_bias, output_bias, gate_bias, up_bias, down_bias;  // empty when absent
  Buffer<T> sinks;
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

// The same where the weights are `n_sets` sets of `n`, one after the other: row r has set r % n_sets.
template <typename T>
void norm_rows_in_turn(ThreadPool& pool, const NormDescription& norm, const NormParameters<T>& parameters, const T* x, size_t n_rows, size_t n,
                       size_t n_sets, T* out);

}  // namespace headlight
