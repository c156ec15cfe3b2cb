#include "core/tasks/phrase.hpp"

#include "core/base/error.hpp"
#include "core/tasks/schema.hpp"

namespace headlight::tasks {
namespace {

[[noreturn]] void refuse(std::string_view inside, const char* why) {
  throw Error(ErrorCode::bad_input,
              "{" + std::string(inside) + "} is not a placeholder: " + why +
                  "; allowed: {name}, {name.field}, {name*}, each with |cap or |initial, and {{ for a brace");
}

// `inside`: what stands between the braces.
Placeholder parse_placeholder(std::string_view inside) {
  Placeholder result;
  std::string_view rest = inside;
  if (const auto bar = rest.find('|'); bar != std::string_view::npos) {
    const auto filter = rest.substr(bar + 1);
    if (filter != "cap" && filter != "initial") refuse(inside, "the filter is not known");
    result.filter = filter == "cap" ? Filter::cap : Filter::initial;
    rest = rest.substr(0, bar);
  }
  if (!rest.empty() && rest.back() == '*') {
    result.spread = true;
    rest.remove_suffix(1);
  }
  const auto dot = rest.find('.');
  result.name = rest.substr(0, dot);
  if (!is_name(result.name)) refuse(inside, "a name is a letter, then letters, digits, _ and -");
  if (dot != std::string_view::npos) {
    result.field = rest.substr(dot + 1);
    if (!is_name(result.field)) refuse(inside, "the field after the point is not a name");
  }
  return result;
}

void add_text(Phrase& phrase, char c) {
  if (phrase.empty() || phrase.back().placeholder) phrase.emplace_back();
  phrase.back().text += c;
}

}  // namespace

Phrase parse_phrase(std::string_view text) {
  Phrase phrase;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool doubled = i + 1 < text.size() && text[i + 1] == c;
    if ((c == '{' || c == '}') && doubled) {
      add_text(phrase, c);
      ++i;
    } else if (c == '{') {
      const auto close = text.find('}', i);
      if (close == std::string_view::npos)
        throw Error(ErrorCode::bad_input, "the { in \"" + std::string(text) + "\" is never closed");
      phrase.push_back({.text = "", .placeholder = parse_placeholder(text.substr(i + 1, close - i - 1))});
      i = close;
    } else if (c == '}') {
      throw Error(ErrorCode::bad_input, "the } in \"" + std::string(text) + "\" closes nothing; write }} for a brace");
    } else {
      add_text(phrase, c);
    }
  }
  return phrase;
}

}  // namespace headlight::tasks
