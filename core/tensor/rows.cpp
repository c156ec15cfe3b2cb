#include "core/tensor/rows.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "core/tensor/vectorize.hpp"

namespace headlight {
namespace {

// exp by 2^n * polynomial (Cephes' coefficients of expf): relative error below 1.2e-7, no branches, so that loops vectorise.
inline float fast_exp(float x) {
  x = std::min(std::max(x, -87.3f), 88.3f);
  const float n = std::floor(x * 1.44269504f + 0.5f);
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const auto exponent = static_cast<std::uint32_t>((static_cast<std::int32_t>(n) + 127) << 23);
  return p * std::bit_cast<float>(exponent);
}
inline double fast_exp(double x) { return std::exp(x); }

template <typename T>
inline T sigmoid(T x) {
  return T{1} / (T{1} + fast_exp(-x));
}

// Sums of blocks of 256 numbers in float, the blocks in double.
template <typename T, typename Term>
inline double block_sum(size_t n, Term term) {
  constexpr size_t kBlock = 256;
  double total = 0;
  for (size_t begin = 0; begin < n; begin += kBlock) {
    const size_t end = std::min(n, begin + kBlock);
    T sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = begin; i < end; ++i) sum += term(i);
    total += static_cast<double>(sum);
  }
  return total;
}

template <typename T>
inline void scale_and_shift(const T* x, size_t n, T mean, T factor, double offset, const T* weight, const T* bias, T* out) {
  const T base = static_cast<T>(offset);
  if (weight && bias) {
    for (size_t i = 0; i < n; ++i) out[i] = (x[i] - mean) * factor * (base + weight[i]) + bias[i];
  } else if (weight) {
    for (size_t i = 0; i < n; ++i) out[i] = (x[i] - mean) * factor * (base + weight[i]);
  } else {
    for (size_t i = 0; i < n; ++i) out[i] = (x[i] - mean) * factor;
  }
}

template <typename T>
inline void layer_norm(const T* x, size_t n, double epsilon, double offset, const T* weight, const T* bias, T* out) {
  const double mean = block_sum<T>(n, [x](size_t i) { return x[i]; }) / static_cast<double>(n);
  const T m = static_cast<T>(mean);
  const double variance = block_sum<T>(n, [x, m](size_t i) { return (x[i] - m) * (x[i] - m); }) / static_cast<double>(n);
  scale_and_shift(x, n, m, static_cast<T>(1 / std::sqrt(variance + epsilon)), offset, weight, bias, out);
}

template <typename T>
inline void rms_norm(const T* x, size_t n, double epsilon, double offset, const T* weight, const T* bias, T* out) {
  const double squares = block_sum<T>(n, [x](size_t i) { return x[i] * x[i]; }) / static_cast<double>(n);
  scale_and_shift(x, n, T{0}, static_cast<T>(1 / std::sqrt(squares + epsilon)), offset, weight, bias, out);
}

template <typename T>
inline T largest(const T* x, size_t n) {
  T value = x[0];
#pragma omp simd reduction(max : value)
  for (size_t i = 0; i < n; ++i) value = std::max(value, x[i]);
  return value;
}

template <typename T>
inline void softmax(T* x, size_t n, const T* sink) {
  T top = largest(x, n);
  if (sink) top = std::max(top, *sink);
  for (size_t i = 0; i < n; ++i) x[i] = fast_exp(x[i] - top);
  double sum = block_sum<T>(n, [x](size_t i) { return x[i]; });
  if (sink) sum += static_cast<double>(fast_exp(*sink - top));
  const T factor = static_cast<T>(1 / sum);
  for (size_t i = 0; i < n; ++i) x[i] *= factor;
}

template <typename T>
inline double log_sum_exp(const T* x, size_t n) {
  const T top = largest(x, n);
  return static_cast<double>(top) + std::log(block_sum<T>(n, [x, top](size_t i) { return fast_exp(x[i] - top); }));
}

template <typename T>
inline T softplus(T x) {
  return std::max(x, T{0}) + std::log1p(std::exp(-std::abs(x)));
}

constexpr double kSqrtHalf = 0.70710678118654752440, kSqrtTwo = 2 * kSqrtHalf, kGeluSlope = 0.79788456080286535588;

}  // namespace

HEADLIGHT_VECTORIZE void layer_norm_row(const float* x, size_t n, double epsilon, double offset, const float* weight, const float* bias,
                                        float* out) {
  layer_norm(x, n, epsilon, offset, weight, bias, out);
}
void layer_norm_row(const double* x, size_t n, double epsilon, double offset, const double* weight, const double* bias, double* out) {
  layer_norm(x, n, epsilon, offset, weight, bias, out);
}
HEADLIGHT_VECTORIZE void rms_norm_row(const float* x, size_t n, double epsilon, double offset, const float* weight, const float* bias,
                                      float* out) {
  rms_norm(x, n, epsilon, offset, weight, bias, out);
}
void rms_norm_row(const double* x, size_t n, double epsilon, double offset, const double* weight, const double* bias, double* out) {
  rms_norm(x, n, epsilon, offset, weight, bias, out);
}
HEADLIGHT_VECTORIZE void softmax_row(float* x, size_t n, const float* sink) { softmax(x, n, sink); }
void softmax_row(double* x, size_t n, const double* sink) { softmax(x, n, sink); }
HEADLIGHT_VECTORIZE double log_sum_exp_row(const float* x, size_t n) { return log_sum_exp(x, n); }
double log_sum_exp_row(const double* x, size_t n) { return log_sum_exp(x, n); }

// One activation: `expression` of the value v of type T.
#define HEADLIGHT_ACTIVATION(name, expression)         \
  HEADLIGHT_VECTORIZE void name(std::span<float> x) {  \
    using T = float;                                   \
    for (T& v : x) v = (expression);                   \
  }                                                    \
  void name(std::span<double> x) {                     \
    using T = double;                                  \
    for (T& v : x) v = (expression);                   \
  }
HEADLIGHT_ACTIVATION(relu, v > T{0} ? v : T{0})
HEADLIGHT_ACTIVATION(relu_squared, v > T{0} ? v * v : T{0})
HEADLIGHT_ACTIVATION(gelu, T(0.5) * v * (T{1} + std::erf(v * T(kSqrtHalf))))
HEADLIGHT_ACTIVATION(gelu_tanh, v * sigmoid(T(2 * kGeluSlope) * (v + T(0.044715) * v * v * v)))
HEADLIGHT_ACTIVATION(quick_gelu, v * sigmoid(T(1.702) * v))
HEADLIGHT_ACTIVATION(silu, v * sigmoid(v))
HEADLIGHT_ACTIVATION(hyperbolic_tangent, std::tanh(v))
HEADLIGHT_ACTIVATION(logistic, sigmoid(v))
HEADLIGHT_ACTIVATION(relu6, std::clamp(v, T{0}, T{6}))
HEADLIGHT_ACTIVATION(leaky_relu, v > T{0} ? v : T(0.01) * v)
HEADLIGHT_ACTIVATION(hard_swish, v * std::clamp(v + T{3}, T{0}, T{6}) / T{6})
HEADLIGHT_ACTIVATION(gelu_clipped, std::clamp(T(0.5) * v * (T{1} + std::erf(v * T(kSqrtHalf))), T{-10}, T{10}))
HEADLIGHT_ACTIVATION(laplace, T(0.5) * (T{1} + std::erf((v - T(0.707107)) / T(0.282095 * kSqrtTwo))))
HEADLIGHT_ACTIVATION(mish, v * std::tanh(softplus(v)))
HEADLIGHT_ACTIVATION(sqrt_softplus, std::sqrt(softplus(v)))
#undef HEADLIGHT_ACTIVATION

namespace {

template <typename T>
void xielu_of(std::span<T> x, const Xielu& numbers) {
  const T positive = static_cast<T>(numbers.positive), negative = static_cast<T>(numbers.negative);
  const T beta = static_cast<T>(numbers.beta), epsilon = static_cast<T>(numbers.epsilon);
  for (T& v : x) v = (v > T{0} ? positive * v * v : (std::expm1(std::min(v, epsilon)) - v) * negative) + beta * v;
}

}  // namespace

void xielu(std::span<float> x, const Xielu& numbers) { xielu_of(x, numbers); }
void xielu(std::span<double> x, const Xielu& numbers) { xielu_of(x, numbers); }

void soft_cap(std::span<float> x, double cap) {
  for (float& v : x) v = static_cast<float>(cap) * std::tanh(v / static_cast<float>(cap));
}
void soft_cap(std::span<double> x, double cap) {
  for (double& v : x) v = cap * std::tanh(v / cap);
}

}  // namespace headlight
