#include "core/tokenizer/pattern.hpp"

#include <optional>

#include "core/tokenizer/definition.hpp"

namespace headlight::tokenization {

Regex read_pattern(const Json& definition) {
  if (const Json* text = definition.find("String")) return Regex(text->as_string(), Regex::Kind::literal);
  if (const Json* text = definition.find("Regex")) return Regex(text->as_string(), Regex::Kind::oniguruma);
  throw Error(ErrorCode::bad_input, "expected an object with \"String\" or \"Regex\"");
}

std::string replace_all(const Regex& pattern, std::string_view content, std::string_view text) {
  if (text.empty()) return {};
  std::string result;
  size_t copied = 0;
  Regex::Walk walk(pattern, text);
  for (ByteSpan match; walk.next(match);) {
    check_rewriting(result.size() + match.begin - copied + content.size(), text.size());
    result.append(text, copied, match.begin - copied).append(content);
    copied = match.end;
  }
  return result.append(text, copied);
}

void replace_all(const Regex& pattern, std::string_view content, AlignedText& text) {
  if (text.text().empty()) return;
  std::optional<TextRewrite> rewrite;  // begun at the first match
  size_t copied = 0;
  Regex::Walk walk(pattern, text.text());
  for (ByteSpan match; walk.next(match);) {
    if (!rewrite) rewrite.emplace(text);
    rewrite->keep(copied, match.begin);
    rewrite->insert_behind(content, match.end);
    copied = match.end;
  }
  if (!rewrite) return;
  rewrite->keep(copied, text.text().size());
  text = std::move(*rewrite).finish();
}

}  // namespace headlight::tokenization
