// MXFP4 as safetensors of GPT-OSS have it: blocks of 32 numbers of four bits, and for each block the power of two that they are
// multiplied by (OCP Microscaling Formats: E2M1 and E8M0).
#pragma once

#include <cstddef>
#include <cstdint>

namespace headlight {

constexpr std::size_t kMxfp4Numbers = 32, kMxfp4Bytes = 16;  // of a block

// out[2 i] is the lower half of byte i and out[2 i + 1] the upper one, times 2^(scale - 127), as the bits of bfloat16. Exact but
// where bfloat16 ends: those are infinite, as in transformers.
void dequantize_mxfp4(const std::byte* block, std::uint8_t scale, std::uint16_t* out);

}  // namespace headlight
