#include "core/tensor/mxfp4.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <memory>

namespace headlight {
namespace {

constexpr float kMagnitudes[] = {0, 0.5F, 1, 1.5F, 2, 3, 4, 6};

using Values = std::array<std::uint16_t, 16>;  // of each half byte, at one scale

// The numbers have at most two significant bits, so that cutting a float's lower half off changes none.
std::unique_ptr<std::array<Values, 256>> values_of_all_scales() {
  auto table = std::make_unique<std::array<Values, 256>>();
  for (int scale = 0; scale < 256; ++scale)
    for (int half = 0; half < 16; ++half) {
      const float magnitude = std::ldexp(kMagnitudes[half & 7], scale - 127);
      const std::uint32_t sign = half & 8 ? 0x8000 : 0;
      (*table)[static_cast<std::size_t>(scale)][static_cast<std::size_t>(half)] =
          static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(magnitude) >> 16 | sign);
    }
  return table;
}

}  // namespace

void dequantize_mxfp4(const std::byte* block, std::uint8_t scale, std::uint16_t* out) {
  static const auto table = values_of_all_scales();
  const Values& values = (*table)[scale];
  for (std::size_t i = 0; i < kMxfp4Bytes; ++i) {
    const auto byte = static_cast<std::uint8_t>(block[i]);
    out[2 * i] = values[byte & 15];
    out[2 * i + 1] = values[byte >> 4];
  }
}

}  // namespace headlight
