#include "core/tensor/eigenvalues.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace headlight {
namespace {

std::vector<std::complex<double>> sorted(std::vector<std::complex<double>> values) {
  std::sort(values.begin(), values.end(), [](auto a, auto b) { return a.real() != b.real() ? a.real() < b.real() : a.imag() < b.imag(); });
  return values;
}

TEST(Eigenvalues, OfATriangularMatrixStandOnItsDiagonal) {
  const auto found = sorted(eigenvalues({3, 5, -2, 0, -1, 7, 0, 0, 0.5}, 3));
  const double expected[] = {-1, 0.5, 3};
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(found[i].real(), expected[i], 1e-12);
    EXPECT_NEAR(found[i].imag(), 0, 1e-12);
  }
}

TEST(Eigenvalues, OfARotationAreComplex) {
  const double c = std::cos(0.7), s = std::sin(0.7);
  const auto found = sorted(eigenvalues({c, -s, s, c}, 2));
  EXPECT_NEAR(found[0].real(), c, 1e-12);
  EXPECT_NEAR(found[0].imag(), -s, 1e-12);
  EXPECT_NEAR(found[1].imag(), s, 1e-12);
}

TEST(Eigenvalues, OfNothingAreNone) { EXPECT_TRUE(eigenvalues({}, 0).empty()); }

}  // namespace
}  // namespace headlight
