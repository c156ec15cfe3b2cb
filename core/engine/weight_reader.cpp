#include "core/engine/weight_reader.hpp"

#include <algorithm>
#include <bit>

namespace headlight {
namespace {

template <typename T>
constexpr DType kOwnType = sizeof(T) == 4 ? DType::f32 : DType::f64;

std::int64_t column_place(const WeightMatrix& weights, std::int64_t out) {
  return (out / weights.block * weights.block_stride + out % weights.block) * weights.stride_out;
}

bool is_plain(const WeightMatrix& weights) { return weights.block >= weights.n_out || weights.block == weights.block_stride; }

}  // namespace

// n numbers from `first` on, `step` elements apart.
template <typename T>
void WeightReader<T>::strip(const WeightMatrix& weights, std::int64_t first, std::int64_t step, std::int64_t n, T* out) const {
  if (random_) return random_->matrix(weights.origin).fill(first, step, n, out);
  const auto size = static_cast<std::int64_t>(size_of(weights.dtype));
  if (step == 1) return widen(weights.origin + first * size, weights.dtype, static_cast<size_t>(n), out);
  for (std::int64_t i = 0; i < n; ++i) widen(weights.origin + (first + i * step) * size, weights.dtype, 1, out + i);
}

template <typename T>
void WeightReader<T>::row(const WeightMatrix& weights, std::int64_t in, T* out) const {
  const std::int64_t start = in * weights.stride_in;
  for (std::int64_t begin = 0; begin < weights.n_out; begin += weights.block) {
    const std::int64_t n = std::min(weights.block, weights.n_out - begin);
    strip(weights, start + column_place(weights, begin), weights.stride_out, n, out + begin);
  }
}

template <typename T>
void WeightReader<T>::column(const WeightMatrix& weights, std::int64_t out_index, T* out) const {
  strip(weights, column_place(weights, out_index), weights.stride_in, weights.n_in, out);
}

template <typename T>
MatrixRef<T> WeightReader<T>::matrix(const WeightMatrix& weights) {
  // Stored [n_out, n_in], as Linear does; a single column has a step of 1 both ways, and is then read by rows.
  const bool by_columns = weights.stride_in == 1 && (weights.stride_out > 1 || weights.n_in == 1);
  const auto address = reinterpret_cast<std::uintptr_t>(weights.origin);
  if (!random_ && weights.dtype == kOwnType<T> && is_plain(weights) && address % alignof(T) == 0 && (by_columns || weights.stride_out == 1)) {
    const auto stride = static_cast<size_t>(by_columns ? weights.stride_out : weights.stride_in);
    return {reinterpret_cast<const T*>(weights.origin), stride, by_columns};
  }
  const auto kept = kept_.find(weights.origin);
  if (kept != kept_.end()) return {kept->second.data(), static_cast<size_t>(by_columns ? weights.n_in : weights.n_out), by_columns};
  const std::int64_t n_lines = by_columns ? weights.n_out : weights.n_in;
  const std::int64_t line = by_columns ? weights.n_in : weights.n_out;
  const auto n = static_cast<size_t>(n_lines * line);
  const bool keeps = n * sizeof(T) <= keep_bytes_;
  if (keeps) keep_bytes_ -= n * sizeof(T);
  Buffer<T>& widened = keeps ? kept_[weights.origin] : widened_;
  widened.resize(n);
  constexpr std::int64_t kLinesAtOnce = 64;
  pool_.parallel_for(static_cast<size_t>((n_lines + kLinesAtOnce - 1) / kLinesAtOnce), [&](size_t piece) {
    const std::int64_t begin = static_cast<std::int64_t>(piece) * kLinesAtOnce, end = std::min(n_lines, begin + kLinesAtOnce);
    for (std::int64_t i = begin; i < end; ++i) {
      if (by_columns)
        column(weights, i, widened.data() + i * line);
      else
        row(weights, i, widened.data() + i * line);
    }
  });
  return {widened.data(), static_cast<size_t>(line), by_columns};
}

template <typename T>
void WeightReader<T>::vector(const WeightVector& weights, T* out) const {
  const size_t size = size_of(weights.dtype);
  for (std::int64_t begin = 0; begin < weights.n; begin += weights.block) {
    const std::int64_t n = std::min(weights.block, weights.n - begin);
    widen(weights.origin + static_cast<size_t>(begin / weights.block * weights.block_stride) * size, weights.dtype, static_cast<size_t>(n),
          out + begin);
  }
}

template class WeightReader<float>;
template class WeightReader<double>;

}  // namespace headlight
