#include "storage/activation_encoding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "core/base/random.hpp"
#include "storage/half.hpp"
#include "tests/storage/example.hpp"

namespace headlight {
namespace {

using testing::HasSubstr;

// The value of the bits as IEEE 754 defines it.
double meaning_of_half(int bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const double size = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return bits & 0x8000 ? -size : size;
}

TEST(Half, IsReadAsIeee754DefinesIt) {
  for (int bits = 0; bits < 65536; ++bits) {
    const float value = float_from_half(static_cast<std::uint16_t>(bits));
    if ((bits >> 10 & 31) < 31) {
      ASSERT_EQ(value, meaning_of_half(bits)) << bits;
    } else if (bits & 1023) {
      ASSERT_TRUE(std::isnan(value)) << bits;
    } else {
      ASSERT_EQ(value, bits & 0x8000 ? -INFINITY : INFINITY) << bits;
    }
  }
}

TEST(Half, OfAHalfIsItself) {
  for (int bits = 0; bits < 65536; ++bits) {
    const float value = float_from_half(static_cast<std::uint16_t>(bits));
    if (std::isnan(value)) continue;
    ASSERT_EQ(half_from_float(value), bits);
  }
}

TEST(Half, IsTheNearestAndOfTwoTheEven) {
  for (int bits = 0; bits < 0x7bff; ++bits) {
    const double low = meaning_of_half(bits), high = meaning_of_half(bits + 1), middle = (low + high) / 2;
    const auto at_middle = static_cast<float>(middle);
    ASSERT_EQ(at_middle, middle);
    ASSERT_EQ(half_from_float(at_middle), bits % 2 == 0 ? bits : bits + 1) << bits;
    ASSERT_EQ(half_from_float(std::nextafter(at_middle, 0.0f)), bits) << bits;
    ASSERT_EQ(half_from_float(std::nextafter(at_middle, INFINITY)), bits + 1) << bits;
    ASSERT_EQ(half_from_float(-at_middle), half_from_float(at_middle) | 0x8000) << bits;
  }
}

TEST(Half, HasInfinitiesAndNotANumber) {
  EXPECT_EQ(half_from_float(65519.9f), 0x7bff);
  EXPECT_EQ(half_from_float(65520.0f), 0x7c00);
  EXPECT_EQ(half_from_float(-1e30f), 0xfc00);
  EXPECT_EQ(half_from_float(INFINITY), 0x7c00);
  EXPECT_TRUE(std::isnan(float_from_half(half_from_float(NAN))));
}

// A causal pattern [head, query, key] of random weights.
std::vector<float> random_pattern(int n_heads, int length) {
  Random random(3);
  std::vector<float> values;
  for (int row = 0; row < n_heads * length; ++row)
    for (int k = 0; k < length; ++k) values.push_back(k <= row % length ? static_cast<float>(random.uniform()) : 0.0f);
  return values;
}

TEST(ActivationEncoding, PacksACausalPatternIntoAQuarter) {
  const std::vector<int> shape{3, 33, 33};
  const std::vector<float> values = random_pattern(3, 33);
  ASSERT_EQ(best_encoding(shape, values), ChunkEncoding::f16_triangle);
  const auto content = encode(ChunkEncoding::f16_triangle, shape, values);
  EXPECT_EQ(content.size(), 3u * 33 * 34 / 2 * 2);
  const auto back = decode("f16-triangle", shape, content);
  ASSERT_EQ(back.size(), values.size());
  for (size_t i = 0; i < values.size(); ++i) ASSERT_NEAR(back[i], values[i], 1.0 / 4096) << i;
}

TEST(ActivationEncoding, KeepsEverythingElseExactly) {
  std::vector<float> values = random_pattern(1, 4);
  const std::vector<int> square{1, 4, 4};
  EXPECT_EQ(best_encoding(std::vector<int>{4, 4}, values), ChunkEncoding::f32) << "not three axes";
  EXPECT_EQ(best_encoding(std::vector<int>{4, 2, 2}, std::vector<float>(16, 0.5f)), ChunkEncoding::f32) << "looks ahead";
  values[1] = 1e-9f;
  EXPECT_EQ(best_encoding(square, values), ChunkEncoding::f32) << "looks ahead";
  for (const float odd : {-0.1f, 1.1f, NAN}) {
    values = random_pattern(1, 4);
    values[4] = odd;
    EXPECT_EQ(best_encoding(square, values), ChunkEncoding::f32) << odd;
    const auto back = decode("f32", square, encode(ChunkEncoding::f32, square, values));
    EXPECT_EQ(std::memcmp(back.data(), values.data(), values.size() * sizeof(float)), 0);
  }
}

TEST(ActivationEncoding, TakesEmptyShapes) {
  for (const std::vector<int>& shape : {std::vector<int>{0, 5, 5}, std::vector<int>{2, 0, 0}}) {
    const ChunkEncoding encoding = best_encoding(shape, {});
    EXPECT_TRUE(decode(to_string(encoding), shape, encode(encoding, shape, {})).empty());
  }
}

TEST(ActivationEncoding, RefusesContentOfAnotherSize) {
  const std::vector<int> shape{1, 2, 2};
  const std::vector<std::byte> bytes(5);
  EXPECT_THAT(example::message_of([&] { decode("f32", shape, bytes); }), HasSubstr("corrupt: an activation holds 5 bytes where its shape needs 16"));
  EXPECT_THAT(example::message_of([&] { decode("f16-triangle", shape, bytes); }), HasSubstr("holds 5 bytes where its shape needs 6"));
  EXPECT_THAT(example::message_of([&] { decode("zip", shape, bytes); }), HasSubstr("encoded as 'zip'"));
  EXPECT_THAT(example::message_of([&] { decode("f32", std::vector<int>{2, -1}, bytes); }), HasSubstr("an axis of length -1"));
}

}  // namespace
}  // namespace headlight
