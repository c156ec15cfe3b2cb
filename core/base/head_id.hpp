// The address of an attention head, with the one parser and the one printer of the program.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace headlight {

struct HeadId {
  int layer = 0;  // 0-based
  int head = 0;   // 0-based query head
  auto operator<=>(const HeadId&) const = default;
};

// "L5H1"
std::string to_string(HeadId id);

// Understands L5H1, l5h1, 5.1, 5-1, a5.h1, A5.1 and (5, 1); nothing otherwise.
std::optional<HeadId> parse_head_id(std::string_view text);

}  // namespace headlight
