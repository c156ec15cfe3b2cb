#include "core/tokenizer/pieces.hpp"

#include <algorithm>

#include "core/tokenizer/definition.hpp"

namespace headlight::tokenization {
namespace {

// Joins each part with the one before when `joins(part, delimiter_before)` says so; `delimiter_before` starts as false.
template <typename Joins>
void join_parts(std::vector<Part>& parts, Joins joins) {
  size_t n = 0;
  bool delimiter_before = false;
  for (const Part part : parts) {
    if (joins(part, delimiter_before) && n > 0) {
      parts[n - 1].begin = std::min(parts[n - 1].begin, part.begin);
      parts[n - 1].end = std::max(parts[n - 1].end, part.end);
    } else {
      parts[n++] = part;
    }
    delimiter_before = part.is_delimiter;
  }
  parts.resize(n);
}

}  // namespace

SplitBehavior split_behavior(std::string_view name) {
  if (name == "Removed") return SplitBehavior::removed;
  if (name == "Isolated") return SplitBehavior::isolated;
  if (name == "MergedWithPrevious") return SplitBehavior::merged_with_previous;
  if (name == "MergedWithNext") return SplitBehavior::merged_with_next;
  if (name == "Contiguous") return SplitBehavior::contiguous;
  refuse("the behavior \"" + std::string(name) + "\"");
}

void apply_behavior(SplitBehavior behavior, std::vector<Part>& parts) {
  const auto begins_delimiters = [](const Part& part, bool before) { return part.is_delimiter && !before; };
  switch (behavior) {
    case SplitBehavior::isolated: return;
    case SplitBehavior::removed: std::erase_if(parts, [](const Part& part) { return part.is_delimiter; }); return;
    case SplitBehavior::contiguous:
      return join_parts(parts, [](const Part& part, bool before) { return part.is_delimiter == before; });
    case SplitBehavior::merged_with_previous: return join_parts(parts, begins_delimiters);
    case SplitBehavior::merged_with_next:
      std::reverse(parts.begin(), parts.end());
      join_parts(parts, begins_delimiters);
      std::reverse(parts.begin(), parts.end());
      return;
  }
}

void find_regex_parts(const Regex& regex, bool invert, std::string_view text, std::vector<Part>& parts) {
  std::uint32_t last = 0;
  Regex::Walk walk(regex, text);
  for (ByteSpan match; walk.next(match);) {
    if (last != match.begin) parts.push_back({last, match.begin, invert});
    parts.push_back({match.begin, match.end, !invert});
    last = match.end;
  }
  if (last != text.size()) parts.push_back({last, static_cast<std::uint32_t>(text.size()), invert});
}

}  // namespace headlight::tokenization
