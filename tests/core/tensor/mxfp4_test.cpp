// MXFP4's numbers: bit for bit those of transformers' convert_moe_packed_tensors in bfloat16.
#include "core/tensor/mxfp4.hpp"

#include <gtest/gtest.h>

#include <array>

namespace headlight {
namespace {

std::array<std::uint16_t, kMxfp4Numbers> numbers(std::uint8_t first_byte, std::uint8_t scale) {
  std::array<std::byte, kMxfp4Bytes> block{};
  block[0] = static_cast<std::byte>(first_byte);
  block[15] = static_cast<std::byte>(0xf2);
  std::array<std::uint16_t, kMxfp4Numbers> out;
  dequantize_mxfp4(block.data(), scale, out.data());
  return out;
}

TEST(Mxfp4, HasTheLowerHalfOfEachByteFirst) {
  const auto out = numbers(0x7a, 127);
  EXPECT_EQ(out[0], 0xbf80);   // -1
  EXPECT_EQ(out[1], 0x40c0);   // 6
  EXPECT_EQ(out[2], 0);
  EXPECT_EQ(out[30], 0x3f80);  // 1
  EXPECT_EQ(out[31], 0xc0c0);  // -6
}

TEST(Mxfp4, HasEightMagnitudesAndASign) {
  const std::uint16_t expected[] = {0x0000, 0x3f00, 0x3f80, 0x3fc0, 0x4000, 0x4040, 0x4080, 0x40c0};  // 0 .5 1 1.5 2 3 4 6
  for (std::uint8_t half = 0; half < 8; ++half) {
    EXPECT_EQ(numbers(half, 127)[0], expected[half]);
    EXPECT_EQ(numbers(half | 8, 127)[0], expected[half] | 0x8000);
  }
}

TEST(Mxfp4, MultipliesByThePowerOfTwoOfTheScale) {
  EXPECT_EQ(numbers(3, 124)[0], 0x3e40);  // 1.5 / 8
  EXPECT_EQ(numbers(3, 130)[0], 0x4140);  // 12
}

TEST(Mxfp4, KeepsTheSmallestNumbersAndOverflowsToInfinity) {
  EXPECT_EQ(numbers(1, 0)[0], 0x0020);    // 2^-128, below what is normal
  EXPECT_EQ(numbers(7, 0)[0], 0x0140);    // 6 * 2^-127
  EXPECT_EQ(numbers(1, 255)[0], 0x7f00);  // 2^127
  EXPECT_EQ(numbers(2, 255)[0], 0x7f80);
  EXPECT_EQ(numbers(15, 255)[0], 0xff80);
  EXPECT_EQ(numbers(8, 255)[0], 0x8000);  // zero stays zero
}

}  // namespace
}  // namespace headlight
