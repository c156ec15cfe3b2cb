// Rewriting a text by a list of changes, one for each character of the result, as Hugging Face tokenizers counts them.
#pragma once

#include <vector>

#include "core/tokenizer/aligned_text.hpp"

namespace headlight::tokenization {

// 0: takes the place of the next character of the source. 1: is new behind it.
// -n: takes the place of the next and swallows the n that follow.
struct Change {
  char32_t code;
  int change;
};

void apply_changes(AlignedText& text, const std::vector<Change>& changes);

// Puts what `rewrite_one(code, as_it_is)` gives in the place of each character; nothing removes it.
template <typename RewriteOne>
void rewrite_characters(AlignedText& text, RewriteOne rewrite_one) {
  const std::string_view source = text.text();
  TextRewrite rewrite(text);
  for (size_t i = 0; i < source.size();) {
    const size_t begin = i;
    const char32_t code = next_code_point(source, i);
    rewrite.put(rewrite_one(code, source.substr(begin, i - begin)), begin);
  }
  text = std::move(rewrite).finish();
}

}  // namespace headlight::tokenization
