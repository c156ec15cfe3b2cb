// Vectors of float32 as little-endian bytes. Headlight runs on little-endian machines only, so the bytes are copied as they are.
#pragma once

#include <bit>
#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

namespace headlight {

static_assert(std::endian::native == std::endian::little);

inline std::span<const std::byte> float_bytes(std::span<const float> values) { return std::as_bytes(values); }

inline std::vector<float> floats_from(std::span<const std::byte> bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

}  // namespace headlight
