// UTF-8 that may be broken: looking for the place, mending it, cutting without breaking more.
#pragma once

#include <string>
#include <string_view>

namespace headlight {

inline bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }
bool is_ascii(std::string_view text);
void append_utf8(std::string& text, char32_t code);

// The first byte that breaks UTF-8 (overlong forms and surrogates included), or npos.
size_t find_invalid_utf8(std::string_view text);

// The text's first bytes, at most `n_bytes` and no broken character: for quoting it in an error. REQUIRES valid UTF-8
std::string_view shortened(std::string_view text, size_t n_bytes);

// Each maximal ill-formed part becomes one U+FFFD, as Unicode recommends and Rust's from_utf8_lossy does.
std::string repair_utf8(std::string_view bytes);

}  // namespace headlight
