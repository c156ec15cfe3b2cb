// Which of many strings begin at a place of a text: a trie over bytes in one array.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace headlight::tokenization {

class TokenTrie {
 public:
  using Entry = std::pair<std::string_view, std::uint32_t>;  // a non-empty string and its value

  TokenTrie() = default;
  // Of equal strings the last counts.
  explicit TokenTrie(std::vector<Entry> entries);

  bool is_empty() const { return nodes_.empty(); }

  // Calls found(end, value) for every string that begins at byte `begin` of the text, shortest first.
  template <typename Found>
  void for_each_at(std::string_view text, size_t begin, Found found) const {
    std::uint32_t node = begin < text.size() ? roots_[static_cast<unsigned char>(text[begin])] : kNone;
    for (size_t i = begin + 1; node != kNone; ++i) {
      if (nodes_[node].value != kNone) found(i, nodes_[node].value);
      node = i < text.size() ? child_of(nodes_[node], static_cast<unsigned char>(text[i])) : kNone;
    }
  }

  struct Match {
    size_t end;  // byte behind the match
    std::uint32_t value;
  };
  // The longest string that begins at byte `begin` of the text.
  std::optional<Match> longest_at(std::string_view text, size_t begin) const;

  // The next byte at or behind `begin` with which any of the strings begins; text.size() when there is none.
  size_t next_candidate(std::string_view text, size_t begin) const;

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Node {
    std::uint32_t value = kNone;
    std::uint32_t children = 0;  // the first of them; they stand side by side, ordered by label
    std::uint16_t n_children = 0;
    unsigned char label = 0;
  };
  // Entries [first, last) share their first `depth` bytes; puts the nodes for the next byte side by side.
  struct Level {
    size_t first, last, depth;
    std::uint32_t parent;
  };
  std::uint32_t child_of(const Node& node, unsigned char label) const;
  void add_children(const std::vector<Entry>& entries, const Level& level, std::vector<Level>& open);

  std::vector<Node> nodes_;
  std::array<std::uint32_t, 256> roots_{};  // [first byte]: its node; set when there are nodes
};

}  // namespace headlight::tokenization
