// A text with placeholders, as task files write it: "{np|cap} saw {fact.key}". "{{" and "}}" stand for braces.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headlight::tasks {

enum class Filter {
  none,
  cap,      // the first letter as a capital (a to z)
  initial,  // the first character only
};

struct Placeholder {
  std::string name;     // of a slot, list or repeat
  std::string field;    // of its record; "" for none
  bool spread = false;  // {name*}: one text for each value; in answers only
  Filter filter = Filter::none;

  std::string spelled() const { return field.empty() ? name : name + "." + field; }  // "fact.key"
  bool operator==(const Placeholder&) const = default;
};

struct Piece {
  std::string text;  // the literal, when there is no placeholder
  std::optional<Placeholder> placeholder;
  bool operator==(const Piece&) const = default;
};

using Phrase = std::vector<Piece>;

// Throws Error{bad_input} that quotes the placeholder that is none.
Phrase parse_phrase(std::string_view text);

}  // namespace headlight::tasks
