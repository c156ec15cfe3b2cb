// The number formats of GGUF files, and turning their blocks into float32. A quantised row is cut into blocks of some
// numbers, each with scales of its own:
//   Q4_0  x = d q            Q4_1  x = d q + m        Q2_K, Q4_K, Q5_K  x = (d s) q - (dmin m)     Q3_K, Q6_K  x = (d s) q
//   MXFP4 x = 2^e q
// The products are rounded to float32 in the order of the reference, Python's `gguf` package, so that the numbers are its bit
// for bit.   Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md and ggml-common.h beside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/tensor/dtype.hpp"

namespace headlight::gguf {

// The numbers that stand in files.
enum class BlockType : std::uint32_t {
  f32 = 0, f16 = 1, q4_0 = 2, q4_1 = 3, q5_0 = 6, q5_1 = 7, q8_0 = 8, q2_k = 10, q3_k = 11, q4_k = 12, q5_k = 13, q6_k = 14,
  f64 = 28, bf16 = 30, mxfp4 = 39
};

struct BlockLayout {
  BlockType type;
  std::string_view name;      // "Q4_K"
  std::size_t n_numbers;      // of a block; 1 for plain numbers
  std::size_t n_bytes;        // of a block
  std::optional<DType> dtype;  // of plain numbers
};

// The layout of a type that Headlight reads; null for another.
const BlockLayout* layout_of(std::uint32_t type_in_file);
const BlockLayout& layout_of(BlockType type);

// A name for any type that files may hold, read or not: "Q4_K", "IQ2_XS", "type 77".
std::string name_of_type(std::uint32_t type_in_file);

// "F32, F16, BF16, ..."
std::string readable_types();

// out[i] = number i of the row or rows at `blocks`. REQUIRES n to be a multiple of the block's numbers. `blocks` may be unaligned.
void dequantize(const std::byte* blocks, BlockType type, std::size_t n, float* out);

}  // namespace headlight::gguf
