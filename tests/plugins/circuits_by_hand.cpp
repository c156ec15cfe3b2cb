#include "tests/plugins/circuits_by_hand.hpp"

#include <algorithm>
#include <complex>

#include "core/tensor/eigenvalues.hpp"

namespace headlight::testing_support {

float CircuitsByHand::entry(const std::map<std::pair<int, int>, Matrix>& matrices, int layer, size_t head, size_t from, size_t to) const {
  const auto found = matrices.find({layer, static_cast<int>(head)});
  return found == matrices.end() ? 0 : found->second.at(from).at(to);
}

headlight_circuits CircuitsByHand::raw() {
  return {.size = sizeof(headlight_circuits),
          .context = this,
          .embed = [](void* c, const int32_t* tokens, size_t n, int32_t effective, float* out) -> headlight_code {
            const auto& s = *static_cast<CircuitsByHand*>(c);
            std::fill_n(out, n * s.width_, 0.0f);
            for (size_t t = 0; t < n; ++t) out[t * s.width_ + static_cast<size_t>(tokens[t])] = effective ? 2.0f : 1.0f;
            return HEADLIGHT_OK;
          },
          .head_input = [](void* c, int32_t, const float* residual, size_t n, float* out) -> headlight_code {
            std::copy_n(residual, n * static_cast<CircuitsByHand*>(c)->width_, out);
            return HEADLIGHT_OK;
          },
          .values = [](void* c, int32_t, const float* input, size_t n, float* out) -> headlight_code {
            const auto& s = *static_cast<CircuitsByHand*>(c);
            for (size_t row = 0; row < n; ++row)
              for (size_t head = 0; head < s.n_heads_; ++head) std::copy_n(input + row * s.width_, s.width_, out + (row * s.n_heads_ + head) * s.width_);
            return HEADLIGHT_OK;
          },
          .results = [](void* c, int32_t layer, const float* z, size_t n, float* out) -> headlight_code {
            const auto& s = *static_cast<CircuitsByHand*>(c);
            for (size_t row = 0; row < n * s.n_heads_; ++row)
              for (size_t to = 0; to < s.width_; ++to) {
                out[row * s.width_ + to] = 0;
                for (size_t from = 0; from < s.width_; ++from)
                  out[row * s.width_ + to] += z[row * s.width_ + from] * s.entry(s.ov, layer, row % s.n_heads_, from, to);
              }
            return HEADLIGHT_OK;
          },
          .scores = [](void* c, int32_t layer, const float* queries, size_t n_queries, const float* keys, size_t n_keys, float* out) -> headlight_code {
            const auto& s = *static_cast<CircuitsByHand*>(c);
            for (size_t head = 0; head < s.n_heads_; ++head)
              for (size_t q = 0; q < n_queries; ++q)
                for (size_t k = 0; k < n_keys; ++k) {
                  float& score = out[(head * n_queries + q) * n_keys + k];
                  score = 0;
                  for (size_t i = 0; i < s.width_; ++i)
                    for (size_t j = 0; j < s.width_; ++j)
                      score += queries[q * s.width_ + i] * s.entry(s.qk, layer, head, i, j) * keys[k * s.width_ + j];
                }
            return HEADLIGHT_OK;
          },
          .logits = [](void* c, const float* residual, size_t n, const int32_t* tokens, size_t n_tokens, float* out) -> headlight_code {
            const auto& s = *static_cast<CircuitsByHand*>(c);
            for (size_t row = 0; row < n; ++row)
              for (size_t t = 0; t < (n_tokens ? n_tokens : s.width_); ++t)
                out[row * (n_tokens ? n_tokens : s.width_) + t] = residual[row * s.width_ + (n_tokens ? static_cast<size_t>(tokens[t]) : t)];
            return HEADLIGHT_OK;
          },
          .direct_effects = [](void* c, int32_t layer, const float* z, size_t n, int32_t, const int32_t* tokens, size_t n_tokens, float* out) -> headlight_code {
            const auto& s = *static_cast<CircuitsByHand*>(c);
            for (size_t row = 0; row < n * s.n_heads_; ++row)
              for (size_t t = 0; t < n_tokens; ++t) {
                out[row * n_tokens + t] = 0;
                for (size_t from = 0; from < s.width_; ++from)
                  out[row * n_tokens + t] += z[row * s.width_ + from] * s.entry(s.ov, layer, row % s.n_heads_, from, static_cast<size_t>(tokens[t]));
              }
            return HEADLIGHT_OK;
          },
          .unembed = [](void* c, const int32_t* tokens, size_t n, float* out) -> headlight_code {
            const auto& s = *static_cast<CircuitsByHand*>(c);
            std::fill_n(out, n * s.width_, 0.0f);
            for (size_t t = 0; t < n; ++t) out[t * s.width_ + static_cast<size_t>(tokens[t])] = 1;
            return HEADLIGHT_OK;
          },
          .copying = [](void* c, int32_t layer, int32_t, double* out) -> headlight_code {
            const auto& s = *static_cast<CircuitsByHand*>(c);
            for (size_t head = 0; head < s.n_heads_; ++head) {
              std::vector<double> matrix;
              for (size_t i = 0; i < s.width_; ++i)
                for (size_t j = 0; j < s.width_; ++j) matrix.push_back(static_cast<double>(s.entry(s.ov, layer, head, i, j)));
              double sum = 0, sizes = 0;
              for (const auto& each : eigenvalues(std::move(matrix), s.width_)) sum += each.real(), sizes += std::abs(each);
              out[head] = sizes > 0 ? sum / sizes : 0;
            }
            return HEADLIGHT_OK;
          }};
}

}  // namespace headlight::testing_support
