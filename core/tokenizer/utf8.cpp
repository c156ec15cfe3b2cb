#include "core/tokenizer/utf8.hpp"

namespace headlight::tokenization {

std::u32string to_code_points(std::string_view text) {
  std::u32string codes;
  codes.reserve(text.size());
  for (size_t i = 0; i < text.size();) codes.push_back(next_code_point(text, i));
  return codes;
}

size_t count_code_points(std::string_view text) {
  size_t count = 0;
  for (const char byte : text) count += !is_continuation(byte);
  return count;
}

CodePointIndex::CodePointIndex(std::string_view text) {
  if (is_ascii(text)) return;
  index_.resize(text.size());
  int index = -1;
  for (size_t i = 0; i < text.size(); ++i) index_[i] = index += !is_continuation(text[i]);
}

}  // namespace headlight::tokenization
