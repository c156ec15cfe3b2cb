#include <bit>
#include <cmath>
#include <cstring>

#include "core/base/error.hpp"
#include "core/tensor/gguf/block_type.hpp"

namespace headlight::gguf {
namespace {

using Byte = std::uint8_t;

float half_at(const Byte* at) {
  float value = 0;
  widen(reinterpret_cast<const std::byte*>(at), DType::f16, 1, &value);
  return value;
}

// x = d q, q the signed byte
void block_q8_0(const Byte* block, float* out) {
  const float d = half_at(block);
  for (int i = 0; i < 32; ++i) out[i] = d * static_cast<float>(std::bit_cast<std::int8_t>(block[2 + i]));
}

// Nibbles: the low ones are the first half of the block, the high ones the second.
Byte nibble(const Byte* nibbles, int i) { return i < 16 ? nibbles[i] & 0xF : nibbles[i - 16] >> 4; }

// Bit i of a 32-bit word, where the fifth bits of a block stand.
Byte fifth_bit(const Byte* word, int i) { return word[i / 8] >> (i % 8) & 1; }

void block_q4_0(const Byte* block, float* out) {
  const float d = half_at(block);
  for (int i = 0; i < 32; ++i) out[i] = d * static_cast<float>(nibble(block + 2, i) - 8);
}

void block_q4_1(const Byte* block, float* out) {
  const float d = half_at(block), m = half_at(block + 2);
  for (int i = 0; i < 32; ++i) out[i] = d * static_cast<float>(nibble(block + 4, i)) + m;
}

void block_q5_0(const Byte* block, float* out) {
  const float d = half_at(block);
  for (int i = 0; i < 32; ++i)
    out[i] = d * static_cast<float>((nibble(block + 6, i) | fifth_bit(block + 2, i) << 4) - 16);
}

void block_q5_1(const Byte* block, float* out) {
  const float d = half_at(block), m = half_at(block + 2);
  for (int i = 0; i < 32; ++i)
    out[i] = d * static_cast<float>(nibble(block + 8, i) | fifth_bit(block + 4, i) << 4) + m;
}

// x = 2^(e - 128) q, e the first byte and q twice what the half byte means in E2M1
void block_mxfp4(const Byte* block, float* out) {
  constexpr float kDoubled[] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
  const float scale = std::ldexp(1.0F, block[0] - 128);
  for (int i = 0; i < 32; ++i) out[i] = scale * kDoubled[nibble(block + 1, i)];
}

// The K blocks hold 256 numbers. Their low bits lie in runs of 32 bytes, `per_byte` numbers a byte, number i of a run's
// stretch at the byte i % 32: the first 32 numbers are the lowest bits of all 32 bytes, and so on.
template <int bits>
int packed(const Byte* bytes, int i) {
  constexpr int per_byte = 8 / bits, stretch = 32 * per_byte;
  const int run = i / stretch, part = i % stretch / 32;
  return bytes[32 * run + i % 32] >> (bits * part) & ((1 << bits) - 1);
}

// 16 stretches of 16 numbers: a nibble for the scale, a nibble for the minimum.
void block_q2_k(const Byte* block, float* out) {
  const Byte *scales = block, *quants = block + 16;
  const float d = half_at(block + 80), dmin = half_at(block + 82);
  for (int i = 0; i < 256; ++i) {
    const float scale = d * static_cast<float>(scales[i / 16] & 0xF), minimum = dmin * static_cast<float>(scales[i / 16] >> 4);
    out[i] = scale * static_cast<float>(packed<2>(quants, i)) - minimum;
  }
}

// 16 scales of 6 bits, less 32: four bits in the first 8 bytes, two in the last 4. A high bit of 0 means minus 4.
void block_q3_k(const Byte* block, float* out) {
  const Byte *high = block, *quants = block + 32, *scales = block + 96;
  const float d = half_at(block + 108);
  float scale[16];
  for (int j = 0; j < 16; ++j) {
    const int low_bits = j < 8 ? scales[j] & 0xF : scales[j - 8] >> 4;
    const int high_bits = scales[8 + j % 4] >> (2 * (j / 4)) & 3;
    scale[j] = d * static_cast<float>((low_bits | high_bits << 4) - 32);
  }
  for (int i = 0; i < 256; ++i) {
    const int high_bit = high[i % 32] >> (i / 32) & 1;
    out[i] = scale[i / 16] * static_cast<float>(packed<2>(quants, i) - (high_bit ? 0 : 4));
  }
}

// 8 scales and 8 minima of 6 bits in 12 bytes.
struct ScalesAndMinima {
  float scale[8], minimum[8];

  ScalesAndMinima(const Byte* bytes, float d, float dmin) {
    for (int j = 0; j < 4; ++j) {
      const Byte first = bytes[j], second = bytes[4 + j], third = bytes[8 + j];
      scale[j] = d * static_cast<float>(first & 0x3F);
      minimum[j] = dmin * static_cast<float>(second & 0x3F);
      scale[4 + j] = d * static_cast<float>((third & 0xF) | (first >> 2 & 0x30));
      minimum[4 + j] = dmin * static_cast<float>(third >> 4 | (second >> 2 & 0x30));
    }
  }
};

void block_q4_k(const Byte* block, float* out) {
  const ScalesAndMinima by_stretch(block + 4, half_at(block), half_at(block + 2));
  const Byte* quants = block + 16;
  for (int i = 0; i < 256; ++i)
    out[i] = by_stretch.scale[i / 32] * static_cast<float>(packed<4>(quants, i)) - by_stretch.minimum[i / 32];
}

void block_q5_k(const Byte* block, float* out) {
  const ScalesAndMinima by_stretch(block + 4, half_at(block), half_at(block + 2));
  const Byte *high = block + 16, *quants = block + 48;
  for (int i = 0; i < 256; ++i) {
    const int q = packed<4>(quants, i) | (high[i % 32] >> (i / 32) & 1) << 4;
    out[i] = by_stretch.scale[i / 32] * static_cast<float>(q) - by_stretch.minimum[i / 32];
  }
}

// Each half of the block has 64 bytes of nibbles and 32 bytes of high bits; 16 scales are signed bytes.
void block_q6_k(const Byte* block, float* out) {
  const Byte *low = block, *high = block + 128, *scales = block + 192;
  const float d = half_at(block + 208);
  for (int i = 0; i < 256; ++i) {
    const int half = i / 128, within = i % 128;
    const int low_bits = low[64 * half + within % 64] >> (within < 64 ? 0 : 4) & 0xF;
    const int q = (low_bits | packed<2>(high, i) << 4) - 32;
    out[i] = d * static_cast<float>(std::bit_cast<std::int8_t>(scales[i / 16])) * static_cast<float>(q);
  }
}

template <void (*block)(const Byte*, float*)>
void each_block(const std::byte* blocks, const BlockLayout& layout, std::size_t n, float* out) {
  const auto* bytes = reinterpret_cast<const Byte*>(blocks);
  for (std::size_t i = 0; i < n; i += layout.n_numbers, bytes += layout.n_bytes) block(bytes, out + i);
}

}  // namespace

void dequantize(const std::byte* blocks, BlockType type, std::size_t n, float* out) {
  const BlockLayout& layout = layout_of(type);
  if (layout.dtype) return widen(blocks, *layout.dtype, n, out);
  switch (type) {
    case BlockType::q8_0: return each_block<block_q8_0>(blocks, layout, n, out);
    case BlockType::q4_0: return each_block<block_q4_0>(blocks, layout, n, out);
    case BlockType::q4_1: return each_block<block_q4_1>(blocks, layout, n, out);
    case BlockType::q5_0: return each_block<block_q5_0>(blocks, layout, n, out);
    case BlockType::q5_1: return each_block<block_q5_1>(blocks, layout, n, out);
    case BlockType::mxfp4: return each_block<block_mxfp4>(blocks, layout, n, out);
    case BlockType::q2_k: return each_block<block_q2_k>(blocks, layout, n, out);
    case BlockType::q3_k: return each_block<block_q3_k>(blocks, layout, n, out);
    case BlockType::q4_k: return each_block<block_q4_k>(blocks, layout, n, out);
    case BlockType::q5_k: return each_block<block_q5_k>(blocks, layout, n, out);
    case BlockType::q6_k: return each_block<block_q6_k>(blocks, layout, n, out);
    default: throw Error(ErrorCode::internal, "no way to read " + std::string(layout.name));
  }
}

}  // namespace headlight::gguf
