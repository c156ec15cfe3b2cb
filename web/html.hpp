// HTML that cannot be forgotten to be escaped: text becomes Markup only by escaping, and tags take text or Markup.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

struct Markup {
  std::string html;

  Markup& operator+=(const Markup& more) {
    html += more.html;
    return *this;
  }
};

inline Markup operator+(Markup a, const Markup& b) { return a += b; }

Markup escaped(std::string_view text);

struct Attribute {
  std::string_view name;
  std::string value = {};
  bool present = true;  // left out otherwise
};
using Attributes = std::vector<Attribute>;

// What may stand in a tag: text, which is escaped, or markup, which is taken as it is.
class Content {
 public:
  Content(const Markup& markup) : markup_(markup) {}
  Content(Markup&& markup) : markup_(std::move(markup)) {}
  Content(std::string_view text) : markup_(escaped(text)) {}
  Content(const std::string& text) : markup_(escaped(text)) {}
  Content(const char* text) : markup_(escaped(text)) {}
  Content(std::initializer_list<Content> parts);

  const Markup& markup() const { return markup_; }

 private:
  Markup markup_;
};

// <name attribute="value">content</name>; without content for those of HTML that never have any (input, link, meta, br).
Markup tag(std::string_view name, const Attributes& attributes = {}, const Content& content = Markup{});

Markup link_to(const std::string& url, const Content& content);

}  // namespace headlight
