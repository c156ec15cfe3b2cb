// Weights as the arithmetic wants them: straight from the mapped file where type and layout allow, otherwise widened. The
// first kKeptBytes of what was widened stay, which is all of a small model; the others share memory, one matrix at a time.
#pragma once

#include <map>

#include "core/base/thread_pool.hpp"
#include "core/checkpoint/weights.hpp"
#include "core/engine/random_weights.hpp"
#include "core/tensor/buffer.hpp"
#include "core/tensor/product.hpp"

namespace headlight {

template <typename T>
class WeightReader {
 public:
  explicit WeightReader(ThreadPool& pool, const RandomWeights* random = nullptr) : pool_(pool), random_(random) {}

  static constexpr size_t kKeptBytes = size_t{64} << 20;

  // The matrix [n_in, n_out] for a product; borrowed until the next call.
  MatrixRef<T> matrix(const WeightMatrix& weights);

  // Row `in` of the matrix, [n_out]; column `out`, [n_in].
  void row(const WeightMatrix& weights, std::int64_t in, T* out) const;
  void column(const WeightMatrix& weights, std::int64_t out_index, T* out) const;

  void vector(const WeightVector& weights, T* out) const;

 private:
  void strip(const WeightMatrix& weights, std::int64_t first, std::int64_t step, std::int64_t n, T* out) const;

  ThreadPool& pool_;
  const RandomWeights* random_;
  Buffer<T> widened_;
  std::map<const std::byte*, Buffer<T>> kept_;  // by origin; a tied embedding has the same numbers in the same order
  size_t keep_bytes_ = kKeptBytes;
};

}  // namespace headlight
