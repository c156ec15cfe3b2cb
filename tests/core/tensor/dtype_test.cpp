#include "core/tensor/dtype.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <vector>

namespace headlight {
namespace {

// Every half-precision number by the definition of the format.
double by_definition(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 31, fraction = bits & 1023;
  const double sign = bits & 0x8000 ? -1 : 1;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  if (exponent == 31) return fraction ? std::nan("") : sign * INFINITY;
  return sign * std::ldexp(1024 + fraction, exponent - 25);
}

TEST(Widening, IsExactForEveryHalfPrecisionNumber) {
  std::vector<std::uint16_t> all(65536);
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint16_t>(i);
  std::vector<float> floats(all.size());
  std::vector<double> doubles(all.size());
  widen(reinterpret_cast<const std::byte*>(all.data()), DType::f16, all.size(), floats.data());
  widen(reinterpret_cast<const std::byte*>(all.data()), DType::f16, all.size(), doubles.data());
  for (size_t i = 0; i < all.size(); ++i) {
    const double expected = by_definition(all[i]);
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(floats[i]) && std::isnan(doubles[i])) << i;
    } else {
      EXPECT_EQ(floats[i], expected) << i;
      EXPECT_EQ(doubles[i], expected) << i;
    }
  }
}

TEST(Widening, TakesBf16AsTheUpperHalfOfAFloat) {
  const std::uint16_t bits[] = {0x3f80, 0xc000, 0x0000};
  float out[3];
  widen(reinterpret_cast<const std::byte*>(bits), DType::bf16, 3, out);
  EXPECT_EQ(out[0], 1.0f);
  EXPECT_EQ(out[1], -2.0f);
  EXPECT_EQ(out[2], 0.0f);
}

TEST(Widening, ReadsUnalignedNumbers) {
  alignas(8) std::byte bytes[9];
  const float value = 1.5f;
  std::copy_n(reinterpret_cast<const std::byte*>(&value), 4, bytes + 1);
  float out = 0;
  widen(bytes + 1, DType::f32, 1, &out);
  EXPECT_EQ(out, 1.5f);
}

}  // namespace
}  // namespace headlight
