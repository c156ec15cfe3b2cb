// How numbers of a site are packed for keeping. Attention patterns lose half of their numbers (keys after the query are zero)
// and half of the bits of the rest (float16: an error of at most 2^-12 for weights up to 1); all else is kept as it is.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

enum class ChunkEncoding { f32, f16_triangle };  // append only: their words are stored in databases
std::string_view to_string(ChunkEncoding encoding);  // "f32", "f16-triangle"

// f16_triangle for a causal pattern [head, query, key]: as many queries as keys, weights in [0, 1], none after the query.
ChunkEncoding best_encoding(std::span<const int> shape, std::span<const float> values);

// REQUIRES as many values as the shape has.
std::vector<std::byte> encode(ChunkEncoding encoding, std::span<const int> shape, std::span<const float> values);

// Throws Error{corrupt} when the bytes are not as many as the shape needs, or the encoding's word is unknown.
std::vector<float> decode(std::string_view encoding, std::span<const int> shape, std::span<const std::byte> content);

// The product of the axes; 1 for none. Throws Error{corrupt} for a negative axis.
size_t count_of(std::span<const int> shape);

}  // namespace headlight
