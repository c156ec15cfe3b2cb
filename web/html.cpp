#include "web/html.hpp"

#include <algorithm>
#include <array>

namespace headlight {

Markup escaped(std::string_view text) {
  Markup markup;
  markup.html.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        markup.html += "&amp;";
        break;
      case '<':
        markup.html += "&lt;";
        break;
      case '>':
        markup.html += "&gt;";
        break;
      case '"':
        markup.html += "&quot;";
        break;
      case '\'':
        markup.html += "&#39;";
        break;
      default:
        markup.html += c;
    }
  }
  return markup;
}

Content::Content(std::initializer_list<Content> parts) {
  for (const Content& part : parts) markup_ += part.markup();
}

Markup tag(std::string_view name, const Attributes& attributes, const Content& content) {
  constexpr std::array<std::string_view, 7> kVoid{"input", "link", "meta", "br", "hr", "img", "wbr"};
  Markup result{"<" + std::string(name)};
  for (const Attribute& attribute : attributes)
    if (attribute.present) result.html += " " + std::string(attribute.name) + "=\"" + escaped(attribute.value).html + "\"";
  result.html += ">";
  if (std::find(kVoid.begin(), kVoid.end(), name) != kVoid.end()) return result;
  result += content.markup();
  result.html += "</" + std::string(name) + ">";
  return result;
}

Markup link_to(const std::string& url, const Content& content) { return tag("a", {{"href", url}}, content); }

}  // namespace headlight
