// The number formats of checkpoints, and widening them to the engine's arithmetic.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace headlight {

enum class DType { f32, f16, bf16, f64, i64, i32, u8, boolean };

size_t size_of(DType dtype);               // bytes of one element
std::string_view to_string(DType dtype);   // "bf16"

// out[i] = element i of `from`. REQUIRES a floating dtype; `from` may be unaligned.
void widen(const std::byte* from, DType dtype, size_t n, float* out);
void widen(const std::byte* from, DType dtype, size_t n, double* out);

}  // namespace headlight
