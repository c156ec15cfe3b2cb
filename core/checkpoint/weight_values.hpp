// The numbers behind a view, one by one: the plain version, for tests, references and whatever is read once.
#pragma once

#include <cstdint>
#include <span>

#include "core/checkpoint/weights.hpp"
#include "core/tensor/dtype.hpp"

namespace headlight {

namespace detail {

template <typename Float>
Float element(const std::byte* origin, DType dtype, std::int64_t index) {
  Float value = 0;
  headlight::widen(origin + index * static_cast<std::int64_t>(size_of(dtype)), dtype, 1, &value);
  return value;
}

inline std::int64_t column(std::int64_t out, std::int64_t block, std::int64_t block_stride) {
  return out / block * block_stride + out % block;
}

}  // namespace detail

// W[in, out]. REQUIRES both within the matrix.
template <typename Float>
Float weight_value(const WeightMatrix& matrix, std::int64_t in, std::int64_t out) {
  const std::int64_t at = in * matrix.stride_in + detail::column(out, matrix.block, matrix.block_stride) * matrix.stride_out;
  return detail::element<Float>(matrix.origin, matrix.dtype, at);
}

// REQUIRES 0 <= index < vector.n
template <typename Float>
Float weight_value(const WeightVector& vector, std::int64_t index) {
  return detail::element<Float>(vector.origin, vector.dtype, detail::column(index, vector.block, vector.block_stride));
}

// Row `in` of the matrix: an embedding. REQUIRES out.size() == n_out.
template <typename Float>
void widen_row(const WeightMatrix& matrix, std::int64_t in, std::span<Float> out) {
  for (std::int64_t i = 0; i < matrix.n_out; ++i) out[static_cast<std::size_t>(i)] = weight_value<Float>(matrix, in, i);
}

// The whole matrix, row after row. REQUIRES out.size() == n_in * n_out.
template <typename Float>
void widen(const WeightMatrix& matrix, std::span<Float> out) {  // [n_in, n_out]
  for (std::int64_t i = 0; i < matrix.n_in; ++i)
    widen_row(matrix, i, out.subspan(static_cast<std::size_t>(i * matrix.n_out), static_cast<std::size_t>(matrix.n_out)));
}

// REQUIRES out.size() == n
template <typename Float>
void widen(const WeightVector& vector, std::span<Float> out) {
  for (std::int64_t i = 0; i < vector.n; ++i) out[static_cast<std::size_t>(i)] = weight_value<Float>(vector, i);
}

}  // namespace headlight
