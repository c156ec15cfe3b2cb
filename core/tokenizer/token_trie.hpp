// Finds the longest of many strings that begins at a place: a trie over bytes.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace headlight::tokenization {

class TokenTrie {
 public:
  bool is_empty() const { return nodes_.size() == 1; }

  // False when the string is there already. REQUIRES a non-empty string.
  bool add(std::string_view text, std::uint32_t value);

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
    std::map<unsigned char, std::uint32_t> children;
    std::uint32_t value = kNone;
  };
  std::vector<Node> nodes_ = std::vector<Node>(1);
  std::array<bool, 256> first_bytes_{};
};

}  // namespace headlight::tokenization
