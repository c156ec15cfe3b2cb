#include "core/tokenizer/byte_level.hpp"

#include <array>

#include "core/tokenizer/utf8.hpp"

namespace headlight::tokenization {
namespace {

constexpr int kCodes = 0x144;  // the spellings are U+0021 ... U+0143

bool spells_itself(int byte) {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
}

struct Tables {
  std::array<std::string, 256> spelling;
  std::array<int, kCodes> byte_of;

  Tables() {
    byte_of.fill(-1);
    int next = 0x100;
    for (int byte = 0; byte < 256; ++byte) {
      const int code = spells_itself(byte) ? byte : next++;
      append_utf8(spelling[byte], static_cast<char32_t>(code));
      byte_of[code] = byte;
    }
  }
};

const Tables& tables() {
  static const Tables kTables;
  return kTables;
}

}  // namespace

std::string_view byte_level_spelling(unsigned char byte) { return tables().spelling[byte]; }

std::optional<unsigned char> byte_of_spelling(char32_t code) {
  if (code >= kCodes || tables().byte_of[code] < 0) return std::nullopt;
  return static_cast<unsigned char>(tables().byte_of[code]);
}

std::optional<std::string> bytes_of_token(std::string_view token) {
  std::string bytes;
  for (size_t i = 0; i < token.size();) {
    const auto byte = byte_of_spelling(next_code_point(token, i));
    if (!byte) return std::nullopt;
    bytes.push_back(static_cast<char>(*byte));
  }
  return bytes;
}

}  // namespace headlight::tokenization
