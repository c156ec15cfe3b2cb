#include "core/engine/parameters.hpp"

#include <cmath>

#include "core/tensor/rows.hpp"

namespace headlight {
namespace {

template <typename T>
void read(const std::optional<WeightVector>& weights, const WeightReader<T>& reader, Buffer<T>& out) {
  if (!weights) return;
  out.resize(static_cast<size_t>(weights->n));
  reader.vector(*weights, out.data());
}

template <typename T>
void read(const NormWeights& weights, const WeightReader<T>& reader, NormParameters<T>& out) {
  read(weights.weight, reader, out.weight);
  read(weights.bias, reader, out.bias);
}

// Sets of one width, one after the other.
template <typename T>
void read(const std::vector<NormWeights>& sets, const WeightReader<T>& reader, NormParameters<T>& out) {
  const auto join = [&](std::optional<WeightVector> NormWeights::*part, Buffer<T>& joined) {
    if (sets.empty() || !(sets[0].*part)) return;
    const auto n = static_cast<size_t>((sets[0].*part)->n);
    joined.resize(n * sets.size());
    for (size_t i = 0; i < sets.size(); ++i) reader.vector(*(sets[i].*part), joined.data() + i * n);
  };
  join(&NormWeights::weight, out.weight);
  join(&NormWeights::bias, out.bias);
}

constexpr size_t kMatrixRowsAtOnce = 16;

// As norm_rows, where the weights are `n_sets` sets of `n`, one after the other: row r has set r % n_sets.
template <typename T>
void norm_rows_in_turn(ThreadPool& pool, const NormDescription& norm, const NormParameters<T>& parameters, const T* x, size_t n_rows, size_t n,
                       size_t n_sets, T* out) {
  const T* weight = parameters.weight.size() ? parameters.weight.data() : nullptr;
  const T* bias = parameters.bias.size() ? parameters.bias.data() : nullptr;
  const auto one_row = norm.kind == NormKind::layer_norm
                           ? static_cast<void (*)(const T*, size_t, double, double, const T*, const T*, T*)>(layer_norm_row)
                           : static_cast<void (*)(const T*, size_t, double, double, const T*, const T*, T*)>(rms_norm_row);
  pool.parallel_for((n_rows + kMatrixRowsAtOnce - 1) / kMatrixRowsAtOnce, [&](size_t piece) {
    const size_t end = std::min(n_rows, (piece + 1) * kMatrixRowsAtOnce);
    for (size_t row = piece * kMatrixRowsAtOnce; row < end; ++row) {
      const size_t set = row % n_sets * n;
      one_row(x + row * n, n, norm.epsilon, weight ? norm.weight_offset : 1, weight ? weight + set : nullptr, bias ? bias + set : nullptr,
              out + row * n);
    }
  });
}

template <typename T>
Xielu read(const XieluWeights& from, const WeightReader<T>& reader) {
  const auto number = [&](const WeightVector& stored) {
    T value;
    reader.vector(stored, &value);
    return static_cast<double>(value);
  };
  const auto softplus = [](double x) { return x > 20 ? x : std::log1p(std::exp(x)); };
  const double beta = number(from.beta);
  return {.positive = softplus(number(from.alpha_p)), .negative = beta + softplus(number(from.alpha_n)), .beta = beta, .epsilon = number(from.epsilon)};
}

}  // namespace

template <typename T>
Parameters<T>::Parameters(const ModelWeights& weights, const WeightReader<T>& reader) : layers(weights.layers.size()) {
  for (size_t l = 0; l < layers.size(); ++l) {
    const LayerWeights& from = weights.layers[l];
    LayerParameters<T>& to = layers[l];
    read(from.attention_norm, reader, to.attention_norm);
    read(from.attention_post_norm, reader, to.attention_post_norm);
    read(from.query_norm, reader, to.query_norm);
    read(from.key_norm, reader, to.key_norm);
    read(from.query_norms, reader, to.query_norm);
    read(from.key_norms, reader, to.key_norm);
    read(from.mlp_norm, reader, to.mlp_norm);
    read(from.mlp_post_norm, reader, to.mlp_post_norm);
    read(from.query.bias, reader, to.query_bias);
    read(from.key.bias, reader, to.key_bias);
    read(from.value.bias, reader, to.value_bias);
    read(from.output.bias, reader, to.output_bias);
    if (from.gate) read(from.gate->bias, reader, to.gate_bias);
    read(from.up.bias, reader, to.up_bias);
    read(from.down.bias, reader, to.down_bias);
    read(from.sinks, reader, to.sinks);
    read(from.router_correction, reader, to.router_correction);
    if (from.xielu) to.xielu = read(*from.xielu, reader);
  }
  read(weights.embedding_norm, reader, embedding_norm);
  read(weights.final_norm, reader, final_norm);
  read(weights.unembedding.bias, reader, unembedding_bias);
}

template <typename T>
void norm_rows(ThreadPool& pool, const NormDescription& norm, const NormParameters<T>& parameters, const T* x, size_t n_rows, size_t n, T* out) {
  norm_rows_in_turn(pool, norm, parameters, x, n_rows, n, 1, out);
}

template <typename T>
void norm_heads(ThreadPool& pool, const AttentionDescription& attention, const NormParameters<T>& parameters, size_t n_rows, size_t n_heads, T* heads) {
  const auto d_head = static_cast<size_t>(attention.d_head);
  switch (attention.qk_norm) {
    case QkNorm::none: return;
    case QkNorm::all_heads: return norm_rows(pool, attention.qk_norm_kind, parameters, heads, n_rows, n_heads * d_head, heads);
    case QkNorm::each_head: return norm_rows(pool, attention.qk_norm_kind, parameters, heads, n_rows * n_heads, d_head, heads);
    case QkNorm::each_head_own_weights:
      return norm_rows_in_turn(pool, attention.qk_norm_kind, parameters, heads, n_rows * n_heads, d_head, n_heads, heads);
  }
}

#define HEADLIGHT_INSTANTIATE_PARAMETERS(T)       \
  template struct NormParameters<T>;   \
  template struct Parameters<T>;       \
  template void norm_rows<T>(ThreadPool&, const NormDescription&, const NormParameters<T>&, const T*, size_t, size_t, T*); \
  template void norm_heads<T>(ThreadPool&, const AttentionDescription&, const NormParameters<T>&, size_t, size_t, T*);
HEADLIGHT_INSTANTIATE_PARAMETERS(float)
HEADLIGHT_INSTANTIATE_PARAMETERS(double)

}  // namespace headlight
