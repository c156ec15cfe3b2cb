#include "core/engine/random_weights.hpp"

#include <cmath>
#include <vector>

#include "core/tensor/vectorize.hpp"

namespace headlight {
namespace {

std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// Every bit of the result depends on every bit of x (the last steps of MurmurHash3), eight numbers at a time.
inline std::uint32_t scatter(std::uint32_t x) {
  x = (x ^ (x >> 16)) * 0x85ebca6bu;
  x = (x ^ (x >> 13)) * 0xc2b2ae35u;
  return x ^ (x >> 16);
}

// Four bytes of a scattered place add up to a bell of mean 510 (Irwin-Hall).
template <typename T>
inline void fill_bell(std::uint32_t key, std::uint32_t first, std::uint32_t step, std::int64_t n, T centre, T scale, T* out) {
  for (std::int64_t i = 0; i < n; ++i) {
    const std::uint32_t bits = scatter((first + static_cast<std::uint32_t>(i) * step) * 0x9e3779b1u ^ key);
    const auto sum = static_cast<std::int32_t>((bits & 0xff) + ((bits >> 8) & 0xff) + ((bits >> 16) & 0xff) + (bits >> 24));
    out[i] = centre + scale * static_cast<T>(sum - 510);
  }
}

HEADLIGHT_VECTORIZE void fill_numbers(std::uint32_t key, std::uint32_t first, std::uint32_t step, std::int64_t n, float centre,
                                      float scale, float* out) {
  fill_bell(key, first, step, n, centre, scale, out);
}

HEADLIGHT_VECTORIZE void fill_numbers(std::uint32_t key, std::uint32_t first, std::uint32_t step, std::int64_t n, double centre,
                                      double scale, double* out) {
  fill_bell(key, first, step, n, centre, scale, out);
}

std::vector<const WeightMatrix*> matrices_of(const ModelWeights& weights) {
  std::vector<const WeightMatrix*> matrices{&weights.token_embedding};
  if (weights.position_embedding) matrices.push_back(&*weights.position_embedding);
  for (const LayerWeights& layer : weights.layers) {
    for (const LinearWeights* linear : {&layer.query, &layer.key, &layer.value, &layer.output}) matrices.push_back(&linear->matrix);
    if (layer.router) matrices.push_back(&layer.router->matrix);
    const auto add_mlp = [&](const auto& mlp) {
      matrices.push_back(&mlp.up.matrix);
      matrices.push_back(&mlp.down.matrix);
      if (mlp.gate) matrices.push_back(&mlp.gate->matrix);
    };
    for (const ExpertWeights& expert : layer.experts) add_mlp(expert);
    if (layer.experts.empty()) add_mlp(layer);
    if (layer.shared_expert) add_mlp(*layer.shared_expert);
    if (layer.shared_expert_gate) matrices.push_back(&layer.shared_expert_gate->matrix);
  }
  if (weights.embedding_in) matrices.push_back(&weights.embedding_in->matrix);
  if (weights.embedding_out) matrices.push_back(&weights.embedding_out->matrix);
  matrices.push_back(&weights.unembedding.matrix);
  return matrices;
}

// Mean and standard deviation of the matrix's numbers, wherever they lie.
RandomWeights::Matrix moments(const WeightMatrix& matrix) {
  const size_t step = size_of(matrix.dtype);
  double sum = 0, squares = 0;
  for (std::int64_t in = 0; in < matrix.n_in; ++in) {
    for (std::int64_t out = 0; out < matrix.n_out; ++out) {
      const std::int64_t column = out / matrix.block * matrix.block_stride + out % matrix.block;
      double value = 0;
      widen(matrix.origin + static_cast<size_t>(in * matrix.stride_in + column * matrix.stride_out) * step, matrix.dtype, 1, &value);
      sum += value;
      squares += value * value;
    }
  }
  const double n = static_cast<double>(matrix.n_in * matrix.n_out);
  const double mean = sum / n;
  return {.key = 0, .mean = mean, .deviation = std::sqrt(std::max(0.0, squares / n - mean * mean))};
}

}  // namespace

RandomWeights::RandomWeights(const ModelWeights& weights, std::uint64_t seed) {
  std::uint64_t ordinal = 0;
  for (const WeightMatrix* matrix : matrices_of(weights)) {
    const auto [entry, is_new] = matrices_.try_emplace(matrix->origin);
    if (!is_new) continue;
    entry->second = moments(*matrix);
    entry->second.key = static_cast<std::uint32_t>(mix(mix(seed + 0x9e3779b97f4a7c15) ^ ++ordinal));
  }
}

template <typename T>
void RandomWeights::Matrix::fill(std::int64_t first, std::int64_t step, std::int64_t n, T* out) const {
  constexpr double kBellDeviation = 147.8005413;  // sqrt(4 (256^2 - 1) / 12)
  fill_numbers(key, static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(step), n, static_cast<T>(mean),
               static_cast<T>(deviation / kBellDeviation), out);
}

template void RandomWeights::Matrix::fill(std::int64_t, std::int64_t, std::int64_t, float*) const;
template void RandomWeights::Matrix::fill(std::int64_t, std::int64_t, std::int64_t, double*) const;

}  // namespace headlight
