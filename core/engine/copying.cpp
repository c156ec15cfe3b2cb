// The part of Circuits that asks what heads make of the whole vocabulary.
//   M = E diag(w1) W_V W_O diag(wf) U   [vocabulary, vocabulary], rows e of E and columns u of U centred where their norms centre
// has the eigenvalues of the small matrix W_O G W_V with G = diag(wf) U E diag(w1) = sum over tokens of u e^T, and zeros.
#include <algorithm>
#include <cmath>
#include <complex>
#include <numeric>

#include "core/base/error.hpp"
#include "core/engine/circuits.hpp"
#include "core/tensor/eigenvalues.hpp"
#include "core/tensor/product.hpp"

namespace headlight {
namespace {

constexpr size_t kTokensAtOnce = 512;

void centre(float* row, size_t width) {
  double sum = 0;
  for (size_t i = 0; i < width; ++i) sum += static_cast<double>(row[i]);
  for (size_t i = 0; i < width; ++i) row[i] -= static_cast<float>(sum / static_cast<double>(width));
}

float weight_at(const NormDescription& norm, const Buffer<float>& weight, size_t i) {
  return weight.size() ? static_cast<float>(norm.weight_offset + static_cast<double>(weight[i])) : 1.0f;
}

}  // namespace

void Circuits::unembed(std::span<const TokenId> tokens, float* out) {
  const auto width = static_cast<size_t>(description_.d_model);
  for (size_t t = 0; t < tokens.size(); ++t) {
    float* row = out + t * width;
    vocabulary_.direction(tokens[t], row);
    if (!description_.has_final_norm) continue;
    for (size_t i = 0; i < width; ++i) row[i] *= weight_at(description_.final_norm, parameters_.final_norm.weight, i);
    if (description_.final_norm.kind == NormKind::layer_norm) centre(row, width);
  }
}

const Buffer<float>& Circuits::seen_and_raised(bool effective) {
  Buffer<float>& sum = seen_and_raised_[effective ? 1 : 0];
  if (sum.size() > 0) return sum;
  const auto width = static_cast<size_t>(description_.d_model);
  sum.resize(width * width);
  std::fill_n(sum.data(), sum.size(), 0.0f);
  std::vector<TokenId> tokens(static_cast<size_t>(description_.vocab_size));
  std::iota(tokens.begin(), tokens.end(), TokenId{0});
  Buffer<float> seen(kTokensAtOnce * width), raised(kTokensAtOnce * width);
  for (size_t first = 0; first < tokens.size(); first += kTokensAtOnce) {
    const auto some = std::span(tokens).subspan(first, std::min(kTokensAtOnce, tokens.size() - first));
    if (effective) embed_effectively(some, seen.data());
    else embed(some, seen.data());
    if (description_.norm.kind == NormKind::layer_norm)
      for (size_t t = 0; t < some.size(); ++t) centre(seen.data() + t * width, width);
    unembed(some, raised.data());
    product(pool_, width, width, some.size(), {raised.data(), width, true}, {seen.data(), width, false}, sum.data(), width, Accumulate::yes);
  }
  return sum;
}

std::vector<double> Circuits::copying(int layer, bool effective) {
  require_pre_norm("the copying score of a head's weights");
  const auto [entry, is_new] = copying_.try_emplace({layer, effective});
  if (!is_new) return entry->second;
  const auto l = static_cast<size_t>(layer), width = static_cast<size_t>(description_.d_model);
  const auto n_heads = static_cast<size_t>(description_.attention.n_heads), d_head = static_cast<size_t>(description_.attention.d_head);
  Buffer<float> through(n_heads * d_head * width), small(d_head * d_head);  // W_O G diag(w1): [head, d_head, d_model]
  product(pool_, n_heads * d_head, width, width, reader_.matrix(model_.weights().layers[l].output.matrix),
          {seen_and_raised(effective).data(), width, false}, through.data(), width);
  for (size_t row = 0; row < n_heads * d_head; ++row)
    for (size_t i = 0; i < width; ++i) through[row * width + i] *= weight_at(description_.norm, parameters_.layers[l].attention_norm.weight, i);
  const MatrixRef<float> value = reader_.matrix(model_.weights().layers[l].value.matrix);  // [d_model, kv head * d_head]
  std::vector<double> scores(n_heads, 0.0);
  for (size_t head = 0; head < n_heads; ++head) {
    const size_t first = static_cast<size_t>(description_.kv_head_of(static_cast<int>(head))) * d_head;
    const MatrixRef<float> mine{value.data + first * (value.transposed ? value.stride : 1), value.stride, value.transposed};
    product(d_head, d_head, width, 1.0f, {through.data() + head * d_head * width, width, false}, mine, small.data(), d_head, Accumulate::no);
    double sum = 0, sizes = 0;
    for (const std::complex<double>& each : eigenvalues({small.data(), small.data() + small.size()}, d_head)) {
      sum += each.real();
      sizes += std::abs(each);
    }
    if (sizes > 0) scores[head] = std::clamp(sum / sizes, -1.0, 1.0);
  }
  return entry->second = scores;
}

}  // namespace headlight
