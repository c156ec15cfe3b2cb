#include "core/tokenizer/text_changes.hpp"

namespace headlight::tokenization {

void apply_changes(AlignedText& text, const std::vector<Change>& changes) {
  const std::string_view source = text.text();
  TextRewrite rewrite(text);
  size_t position = 0;
  std::string put;
  for (const auto [code, change] : changes) {
    put.clear();
    append_utf8(put, code);
    if (change > 0 || position >= source.size()) {
      rewrite.insert_behind(put, position);
      continue;
    }
    rewrite.put(put, position);
    for (int skipped = 0; skipped <= -change && position < source.size(); ++skipped)
      position += code_point_length(source[position]);
  }
  text = std::move(rewrite).finish();
}

}  // namespace headlight::tokenization
