#include "core/engine/random_weights.hpp"

#include <cmath>
#include <vector>

namespace headlight {
namespace {

std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
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
    entry->second.key = mix(mix(seed + 0x9e3779b97f4a7c15) ^ ++ordinal);
  }
}

double RandomWeights::Matrix::at(std::int64_t place) const {
  // Four 16-bit uniform numbers add up to a bell of mean 2 and variance 1/3 (Irwin-Hall).
  const std::uint64_t bits = mix(key + static_cast<std::uint64_t>(place) * 0x9e3779b97f4a7c15);
  const double sum = static_cast<double>((bits & 0xffff) + ((bits >> 16) & 0xffff) + ((bits >> 32) & 0xffff) + (bits >> 48));
  constexpr double kScale = 1.7320508075688772;  // sqrt(3)
  return mean + deviation * kScale * ((sum + 2) / 65536 - 2);
}

}  // namespace headlight
