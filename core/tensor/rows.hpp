// What a transformer does to one row of numbers: norms, softmax, activations, rotation. Each comes for float (vectorised) and
// for double (plain loops of the same formula, the reference path).
#pragma once

#include <cstddef>
#include <span>

namespace headlight {

// out[i] = (x[i] - mean) / sqrt(variance + epsilon) * (offset + weight[i]) + bias[i]; weight and bias may be null.
void layer_norm_row(const float* x, size_t n, double epsilon, double offset, const float* weight, const float* bias, float* out);
void layer_norm_row(const double* x, size_t n, double epsilon, double offset, const double* weight, const double* bias, double* out);

// out[i] = x[i] / sqrt(mean of squares + epsilon) * (offset + weight[i]) + bias[i]
void rms_norm_row(const float* x, size_t n, double epsilon, double offset, const float* weight, const float* bias, float* out);
void rms_norm_row(const double* x, size_t n, double epsilon, double offset, const double* weight, const double* bias, double* out);

// In place; `sink` adds exp(sink) to the denominator when it is not null.
void softmax_row(float* x, size_t n, const float* sink = nullptr);
void softmax_row(double* x, size_t n, const double* sink = nullptr);

// log(sum of exp(x)): log probability of token t is x[t] - log_sum_exp.
double log_sum_exp_row(const float* x, size_t n);
double log_sum_exp_row(const double* x, size_t n);

// In place.
void relu(std::span<float> x);
void relu(std::span<double> x);
void relu_squared(std::span<float> x);
void relu_squared(std::span<double> x);

// xIELU (arXiv 2411.13010): positive * v^2 + beta * v above 0, (expm1(min(v, epsilon)) - v) * negative + beta * v below.
struct Xielu {
  double positive = 0, negative = 0, beta = 0, epsilon = 0;
};
void xielu(std::span<float> x, const Xielu& numbers);
void xielu(std::span<double> x, const Xielu& numbers);
void gelu(std::span<float> x);  // x Phi(x), by erf
void gelu(std::span<double> x);
void gelu_tanh(std::span<float> x);  // the tanh approximation of GPT-2
void gelu_tanh(std::span<double> x);
void quick_gelu(std::span<float> x);  // x sigmoid(1.702 x)
void quick_gelu(std::span<double> x);
void silu(std::span<float> x);  // x sigmoid(x)
void silu(std::span<double> x);
void hyperbolic_tangent(std::span<float> x);
void hyperbolic_tangent(std::span<double> x);
void logistic(std::span<float> x);  // sigmoid(x)
void logistic(std::span<double> x);
void relu6(std::span<float> x);  // x from 0 to 6
void relu6(std::span<double> x);
void leaky_relu(std::span<float> x);  // 0.01 x below 0
void leaky_relu(std::span<double> x);
void hard_swish(std::span<float> x);  // x (x + 3 from 0 to 6) / 6
void hard_swish(std::span<double> x);
void gelu_clipped(std::span<float> x);  // gelu from -10 to 10
void gelu_clipped(std::span<double> x);
void laplace(std::span<float> x);  // (1 + erf((x - 0.707107) / (0.282095 sqrt 2))) / 2, arXiv 2209.10655
void laplace(std::span<double> x);
void mish(std::span<float> x);  // x tanh(log(1 + e^x))
void mish(std::span<double> x);
void sqrt_softplus(std::span<float> x);  // sqrt(log(1 + e^x))
void sqrt_softplus(std::span<double> x);
void soft_cap(std::span<float> x, double cap);  // cap tanh(x / cap)
void soft_cap(std::span<double> x, double cap);

}  // namespace headlight
