#include "storage/activation_encoding.hpp"

#include <cstdint>
#include <cstring>

#include "core/base/error.hpp"
#include "storage/float_blob.hpp"
#include "storage/half.hpp"

namespace headlight {
namespace {

bool is_square_pattern(std::span<const int> shape) { return shape.size() == 3 && shape[1] == shape[2]; }

size_t triangle_count(std::span<const int> shape) {
  const auto heads = static_cast<size_t>(shape[0]), length = static_cast<size_t>(shape[1]);
  return heads * (length * (length + 1) / 2);
}

[[noreturn]] void fail_size(size_t found, size_t expected) {
  throw Error(ErrorCode::corrupt, "an activation holds " + std::to_string(found) + " bytes where its shape needs " + std::to_string(expected));
}

}  // namespace

std::string_view to_string(ChunkEncoding encoding) { return encoding == ChunkEncoding::f32 ? "f32" : "f16-triangle"; }

size_t count_of(std::span<const int> shape) {
  size_t count = 1;
  for (const int axis : shape) {
    if (axis < 0) throw Error(ErrorCode::corrupt, "an activation has an axis of length " + std::to_string(axis));
    count *= static_cast<size_t>(axis);
  }
  return count;
}

ChunkEncoding best_encoding(std::span<const int> shape, std::span<const float> values) {
  if (!is_square_pattern(shape)) return ChunkEncoding::f32;
  const auto length = static_cast<size_t>(shape[1]);
  for (size_t row = 0; row < values.size() / std::max<size_t>(length, 1); ++row) {
    const std::span<const float> weights = values.subspan(row * length, length);
    const size_t query = row % length;
    for (size_t key = 0; key <= query; ++key)
      if (!(weights[key] >= 0 && weights[key] <= 1)) return ChunkEncoding::f32;
    for (size_t key = query + 1; key < length; ++key)
      if (weights[key] != 0) return ChunkEncoding::f32;
  }
  return ChunkEncoding::f16_triangle;
}

std::vector<std::byte> encode(ChunkEncoding encoding, std::span<const int> shape, std::span<const float> values) {
  if (encoding == ChunkEncoding::f32) {
    const auto bytes = float_bytes(values);
    return {bytes.begin(), bytes.end()};
  }
  std::vector<std::uint16_t> halves;
  halves.reserve(triangle_count(shape));
  const auto length = static_cast<size_t>(shape[1]);
  for (size_t start = 0, query = 0; start < values.size(); start += length, query = (query + 1) % length)
    for (size_t key = 0; key <= query; ++key) halves.push_back(half_from_float(values[start + key]));
  const auto bytes = std::as_bytes(std::span(halves));
  return {bytes.begin(), bytes.end()};
}

std::vector<float> decode(std::string_view encoding, std::span<const int> shape, std::span<const std::byte> content) {
  const size_t count = count_of(shape);
  if (encoding == to_string(ChunkEncoding::f32)) {
    if (content.size() != count * sizeof(float)) fail_size(content.size(), count * sizeof(float));
    return floats_from(content);
  }
  if (encoding != to_string(ChunkEncoding::f16_triangle) || !is_square_pattern(shape))
    throw Error(ErrorCode::corrupt, "an activation is encoded as '" + std::string(encoding) + "', which this program does not know");
  const size_t expected = triangle_count(shape) * sizeof(std::uint16_t);
  if (content.size() != expected) fail_size(content.size(), expected);

  std::vector<float> values(count, 0.0f);
  const auto length = static_cast<size_t>(shape[1]);
  const std::byte* from = content.data();
  for (size_t start = 0, query = 0; start < count; start += length, query = (query + 1) % length)
    for (size_t key = 0; key <= query; ++key, from += sizeof(std::uint16_t)) {
      std::uint16_t half;
      std::memcpy(&half, from, sizeof half);
      values[start + key] = float_from_half(half);
    }
  return values;
}

}  // namespace headlight
