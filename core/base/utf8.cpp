#include "core/base/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace headlight {
namespace {

// How many bytes at `position` form a code point, or, negated, how many form the maximal ill-formed part there.
// Table 3-7 of the Unicode standard: only the second byte has a range of its own.
int check_code_point(std::string_view text, size_t position) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[position + i]); };
  const size_t left = text.size() - position;
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return -1;
  const int length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const unsigned low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (left < 2 || byte(1) < low || byte(1) > high) return -1;
  for (int i = 2; i < length; ++i) {
    if (left <= static_cast<size_t>(i) || !is_continuation(text[position + i])) return -i;
  }
  return length;
}

}  // namespace

bool is_ascii(std::string_view text) {
  size_t i = 0;
  std::uint64_t word = 0, seen = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::memcpy(&word, text.data() + i, 8);
    seen |= word;
  }
  for (; i < text.size(); ++i) seen |= static_cast<unsigned char>(text[i]);
  return (seen & 0x8080808080808080) == 0;
}

void append_utf8(std::string& text, char32_t code) {
  const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6), put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12), put(0x80 | (code >> 6 & 0x3f)), put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18), put(0x80 | (code >> 12 & 0x3f)), put(0x80 | (code >> 6 & 0x3f)), put(0x80 | (code & 0x3f));
  }
}

size_t find_invalid_utf8(std::string_view text) {
  if (is_ascii(text)) return std::string_view::npos;
  for (size_t i = 0; i < text.size();) {
    const int length = check_code_point(text, i);
    if (length < 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

std::string_view shortened(std::string_view text, size_t n_bytes) {
  if (text.size() <= n_bytes) return text;
  while (n_bytes > 0 && is_continuation(text[n_bytes])) --n_bytes;
  return text.substr(0, n_bytes);
}

std::string repair_utf8(std::string_view bytes) {
  if (find_invalid_utf8(bytes) == std::string_view::npos) return std::string(bytes);
  std::string text;
  for (size_t i = 0; i < bytes.size();) {
    const int length = check_code_point(bytes, i);
    if (length > 0) {
      text.append(bytes.substr(i, length));
    } else {
      append_utf8(text, 0xfffd);
    }
    i += length > 0 ? length : -length;
  }
  return text;
}

}  // namespace headlight
