#include "core/tensor/dtype.hpp"

#include <bit>
#include <cstring>

#include "core/base/error.hpp"
#include "core/tensor/vectorize.hpp"

namespace headlight {
namespace {

inline float from_bf16(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }

// Without branches, so that the loop vectorises: the exponent is re-biased by a product, infinities and NaN by a select.
inline float from_f16(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000) << 16;
  const std::uint32_t magnitude = static_cast<std::uint32_t>(bits & 0x7fff) << 13;
  const float scaled = std::bit_cast<float>(magnitude) * 0x1p112f;
  const std::uint32_t finite = std::bit_cast<std::uint32_t>(scaled);
  const std::uint32_t special = magnitude | 0x7f800000;
  return std::bit_cast<float>(sign | (magnitude >= 0x0f800000 ? special : finite));
}

template <typename Stored>
inline Stored load(const std::byte* from, size_t i) {
  Stored value;
  std::memcpy(&value, from + i * sizeof(Stored), sizeof(Stored));
  return value;
}

HEADLIGHT_VECTORIZE void widen_bf16(const std::byte* from, size_t n, float* out) {
  for (size_t i = 0; i < n; ++i) out[i] = from_bf16(load<std::uint16_t>(from, i));
}

HEADLIGHT_VECTORIZE void widen_f16(const std::byte* from, size_t n, float* out) {
  for (size_t i = 0; i < n; ++i) out[i] = from_f16(load<std::uint16_t>(from, i));
}

template <typename T>
void widen_any(const std::byte* from, DType dtype, size_t n, T* out) {
  switch (dtype) {
    case DType::f32:
      for (size_t i = 0; i < n; ++i) out[i] = static_cast<T>(load<float>(from, i));
      return;
    case DType::f64:
      for (size_t i = 0; i < n; ++i) out[i] = static_cast<T>(load<double>(from, i));
      return;
    case DType::bf16:
      for (size_t i = 0; i < n; ++i) out[i] = from_bf16(load<std::uint16_t>(from, i));
      return;
    case DType::f16:
      for (size_t i = 0; i < n; ++i) out[i] = from_f16(load<std::uint16_t>(from, i));
      return;
    default: throw Error(ErrorCode::unsupported, "weights of type " + std::string(to_string(dtype)) + " cannot be computed with");
  }
}

}  // namespace

size_t size_of(DType dtype) {
  switch (dtype) {
    case DType::f64:
    case DType::i64: return 8;
    case DType::f32:
    case DType::i32: return 4;
    case DType::f16:
    case DType::bf16: return 2;
    case DType::u8:
    case DType::boolean: return 1;
  }
  return 0;
}

std::string_view to_string(DType dtype) {
  switch (dtype) {
    case DType::f32: return "f32";
    case DType::f16: return "f16";
    case DType::bf16: return "bf16";
    case DType::f64: return "f64";
    case DType::i64: return "i64";
    case DType::i32: return "i32";
    case DType::u8: return "u8";
    case DType::boolean: return "bool";
  }
  return "?";
}

void widen(const std::byte* from, DType dtype, size_t n, float* out) {
  if (dtype == DType::bf16) return widen_bf16(from, n, out);
  if (dtype == DType::f16) return widen_f16(from, n, out);
  if (dtype == DType::f32) return void(std::memcpy(out, from, n * sizeof(float)));
  widen_any(from, dtype, n, out);
}

void widen(const std::byte* from, DType dtype, size_t n, double* out) { widen_any(from, dtype, n, out); }

}  // namespace headlight
