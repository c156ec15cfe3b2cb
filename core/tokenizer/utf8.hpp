// UTF-8 that was checked once at the door and is walked without checks afterwards.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/utf8.hpp"

namespace headlight::tokenization {

// Bytes of the code point that begins with `lead`. REQUIRES a leading byte of valid UTF-8.
inline int code_point_length(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

// The code point at `position`, which moves behind it. REQUIRES valid UTF-8 and position < text.size().
inline char32_t next_code_point(std::string_view text, size_t& position) {
  const auto byte = [&](size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[position + i])); };
  const char32_t lead = byte(0);
  char32_t code = lead;
  const int length = code_point_length(text[position]);
  if (length == 2) code = (lead & 0x1f) << 6 | (byte(1) & 0x3f);
  if (length == 3) code = (lead & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
  if (length == 4) code = (lead & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f);
  position += length;
  return code;
}

std::u32string to_code_points(std::string_view text);  // REQUIRES valid UTF-8
size_t count_code_points(std::string_view text);       // REQUIRES valid UTF-8

// Code point indices for the bytes of one text: free for ASCII, one array otherwise.
class CodePointIndex {
 public:
  explicit CodePointIndex(std::string_view text);  // REQUIRES valid UTF-8
  // The index of the code point that holds this byte; a byte beyond the text has none.
  int at(size_t byte) const { return index_.empty() ? static_cast<int>(byte) : index_[byte]; }

 private:
  std::vector<int> index_;  // [byte]; empty when every byte is a code point
};

}  // namespace headlight::tokenization
