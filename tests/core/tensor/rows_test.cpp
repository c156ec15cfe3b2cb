#include "core/tensor/rows.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "core/base/random.hpp"

namespace headlight {
namespace {

std::vector<double> normals(size_t n, std::uint64_t seed, double scale = 1) {
  Random random(seed);
  std::vector<double> values(n);
  for (double& v : values) v = scale * random.normal();
  return values;
}
std::vector<float> narrow(const std::vector<double>& values) { return {values.begin(), values.end()}; }

TEST(LayerNorm, HasMeanZeroAndVarianceOneBeforeItsWeights) {
  const auto x = normals(300, 1, 5);
  std::vector<double> out(300);
  layer_norm_row(x.data(), x.size(), 1e-5, 0, nullptr, nullptr, out.data());
  double sum = 0, squares = 0;
  for (const double v : out) sum += v, squares += v * v;
  EXPECT_NEAR(sum, 0, 1e-9);
  EXPECT_NEAR(squares / 300, 1, 1e-5);
}

TEST(Norms, AreTheSameInFloatAndDouble) {
  const auto x = normals(700, 2, 3), weight = normals(700, 3), bias = normals(700, 4);
  const auto xf = narrow(x), weight_f = narrow(weight), bias_f = narrow(bias);
  std::vector<double> out(700);
  std::vector<float> out_f(700);
  layer_norm_row(x.data(), 700, 1e-5, 1, weight.data(), bias.data(), out.data());
  layer_norm_row(xf.data(), 700, 1e-5, 1, weight_f.data(), bias_f.data(), out_f.data());
  for (size_t i = 0; i < 700; ++i) EXPECT_NEAR(out[i], out_f[i], 1e-5);
  rms_norm_row(x.data(), 700, 1e-6, 0, weight.data(), nullptr, out.data());
  rms_norm_row(xf.data(), 700, 1e-6, 0, weight_f.data(), nullptr, out_f.data());
  for (size_t i = 0; i < 700; ++i) EXPECT_NEAR(out[i], out_f[i], 1e-5);
}

TEST(Softmax, SumsToOneAndSurvivesLargeNumbers) {
  auto x = narrow(normals(1000, 5, 30));
  x[0] = 1e4f;
  x[1] = -INFINITY;
  softmax_row(x.data(), x.size());
  EXPECT_NEAR(x[0], 1, 1e-6);
  EXPECT_LT(x[1], 1e-37);
}

TEST(Softmax, LeavesItsSinkTheRest) {
  std::vector<double> x{0, 0};
  const double sink = 0;
  softmax_row(x.data(), 2, &sink);
  EXPECT_NEAR(x[0], 1.0 / 3, 1e-12);
}

TEST(LogSumExp, IsTheLogarithmOfTheSum) {
  const auto x = normals(513, 6, 4);
  double sum = 0;
  for (const double v : x) sum += std::exp(v);
  EXPECT_NEAR(log_sum_exp_row(x.data(), x.size()), std::log(sum), 1e-12);
  const auto xf = narrow(x);
  EXPECT_NEAR(log_sum_exp_row(xf.data(), xf.size()), std::log(sum), 1e-5);
}

TEST(Activations, AreTheirFormulasInFloatAndDouble) {
  const auto logistic = [](double v) { return 1 / (1 + std::exp(-v)); };
  const auto expect = [&](auto floats, auto doubles, const std::function<double(double)>& formula) {
    auto x = normals(400, 7, 4);
    x[0] = 0, x[1] = 40, x[2] = -40;
    auto in_double = x;
    auto in_float = narrow(x);
    doubles(std::span(in_double));
    floats(std::span(in_float));
    for (size_t i = 0; i < x.size(); ++i) {
      EXPECT_NEAR(in_double[i], formula(x[i]), 1e-12) << x[i];
      EXPECT_NEAR(in_float[i], formula(x[i]), 2e-6 * (1 + std::abs(x[i]))) << x[i];
    }
  };
#define EXPECT_ACTIVATION(name, formula) \
  expect([](std::span<float> x) { name(x); }, [](std::span<double> x) { name(x); }, formula)
  EXPECT_ACTIVATION(relu, [](double v) { return std::max(v, 0.0); });
  EXPECT_ACTIVATION(relu_squared, [](double v) { return v > 0 ? v * v : 0; });
  EXPECT_ACTIVATION(gelu, [](double v) { return 0.5 * v * (1 + std::erf(v / std::sqrt(2.0))); });
  EXPECT_ACTIVATION(gelu_tanh, [](double v) { return 0.5 * v * (1 + std::tanh(std::sqrt(2 / M_PI) * (v + 0.044715 * v * v * v))); });
  EXPECT_ACTIVATION(quick_gelu, [&](double v) { return v * logistic(1.702 * v); });
  EXPECT_ACTIVATION(silu, [&](double v) { return v * logistic(v); });
  EXPECT_ACTIVATION(headlight::logistic, logistic);
  EXPECT_ACTIVATION(hyperbolic_tangent, [](double v) { return std::tanh(v); });
  EXPECT_ACTIVATION(relu6, [](double v) { return std::min(std::max(v, 0.0), 6.0); });
  EXPECT_ACTIVATION(leaky_relu, [](double v) { return v > 0 ? v : 0.01 * v; });
  EXPECT_ACTIVATION(hard_swish, [](double v) { return v < -3 ? 0 : v > 3 ? v : v * (v + 3) / 6; });
  EXPECT_ACTIVATION(gelu_clipped, [](double v) { return std::min(0.5 * v * (1 + std::erf(v / std::sqrt(2.0))), 10.0); });
  EXPECT_ACTIVATION(laplace, [](double v) { return 0.5 * (1 + std::erf((v - 0.707107) / (0.282095 * std::sqrt(2.0)))); });
  EXPECT_ACTIVATION(mish, [](double v) { return v * std::tanh(std::log1p(std::exp(v))); });
  EXPECT_ACTIVATION(sqrt_softplus, [](double v) { return std::sqrt(std::log1p(std::exp(v))); });
#undef EXPECT_ACTIVATION
}

}  // namespace
}  // namespace headlight
