#include "core/tokenizer/token_trie.hpp"

#include <algorithm>

namespace headlight::tokenization {

TokenTrie::TokenTrie(std::vector<Entry> entries) {
  roots_.fill(kNone);
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.first < b.first; });
  std::vector<Level> open{{0, entries.size(), 0, kNone}};
  while (!open.empty()) {
    const Level level = open.back();
    open.pop_back();
    add_children(entries, level, open);
  }
}

void TokenTrie::add_children(const std::vector<Entry>& entries, const Level& level, std::vector<Level>& open) {
  const auto first_child = static_cast<std::uint32_t>(nodes_.size());
  for (size_t i = level.first; i < level.last;) {
    const auto label = static_cast<unsigned char>(entries[i].first[level.depth]);
    const auto node = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back({.label = label});
    const size_t begin = i;
    size_t longer = i;  // the first entry that goes on behind this byte
    for (; i < level.last && static_cast<unsigned char>(entries[i].first[level.depth]) == label; ++i) {
      if (entries[i].first.size() == level.depth + 1) {
        nodes_[node].value = entries[i].second;
        longer = i + 1;
      }
    }
    if (level.parent == kNone) roots_[label] = node;
    if (std::max(longer, begin) < i) open.push_back({std::max(longer, begin), i, level.depth + 1, node});
  }
  if (level.parent == kNone) return;
  nodes_[level.parent].children = first_child;
  nodes_[level.parent].n_children = static_cast<std::uint16_t>(nodes_.size() - first_child);
}

std::uint32_t TokenTrie::child_of(const Node& node, unsigned char label) const {
  const auto first = nodes_.begin() + node.children, last = first + node.n_children;
  const auto found =
      std::lower_bound(first, last, label, [](const Node& child, unsigned char wanted) { return child.label < wanted; });
  return found != last && found->label == label ? static_cast<std::uint32_t>(found - nodes_.begin()) : kNone;
}

std::optional<TokenTrie::Match> TokenTrie::longest_at(std::string_view text, size_t begin) const {
  std::optional<Match> best;
  if (!is_empty()) for_each_at(text, begin, [&](size_t end, std::uint32_t value) { best = Match{end, value}; });
  return best;
}

size_t TokenTrie::next_candidate(std::string_view text, size_t begin) const {
  if (is_empty()) return text.size();
  while (begin < text.size() && roots_[static_cast<unsigned char>(text[begin])] == kNone) ++begin;
  return begin;
}

}  // namespace headlight::tokenization
