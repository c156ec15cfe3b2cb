#include "core/tokenizer/token_trie.hpp"

namespace headlight::tokenization {

bool TokenTrie::add(std::string_view text, std::uint32_t value) {
  std::uint32_t node = 0;
  for (const char c : text) {
    const auto [child, is_new] = nodes_[node].children.try_emplace(static_cast<unsigned char>(c), static_cast<std::uint32_t>(nodes_.size()));
    node = child->second;
    if (is_new) nodes_.emplace_back();
  }
  first_bytes_[static_cast<unsigned char>(text[0])] = true;
  if (nodes_[node].value != kNone) return false;
  nodes_[node].value = value;
  return true;
}

std::optional<TokenTrie::Match> TokenTrie::longest_at(std::string_view text, size_t begin) const {
  std::optional<Match> best;
  std::uint32_t node = 0;
  for (size_t i = begin; i < text.size(); ++i) {
    const auto child = nodes_[node].children.find(static_cast<unsigned char>(text[i]));
    if (child == nodes_[node].children.end()) break;
    node = child->second;
    if (nodes_[node].value != kNone) best = Match{i + 1, nodes_[node].value};
  }
  return best;
}

size_t TokenTrie::next_candidate(std::string_view text, size_t begin) const {
  while (begin < text.size() && !first_bytes_[static_cast<unsigned char>(text[begin])]) ++begin;
  return begin;
}

}  // namespace headlight::tokenization
