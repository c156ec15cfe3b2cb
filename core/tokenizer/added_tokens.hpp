// Added tokens: texts that are tokens wherever they stand, found before anything else is done.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/base/json.hpp"
#include "core/tokenizer/normalizer.hpp"
#include "core/tokenizer/token_trie.hpp"
#include "core/tokenizer/vocabulary.hpp"

namespace headlight::tokenization {

struct AddedToken {
  TokenId id = 0;
  std::string content;
  std::string pattern;       // what is looked for: the content, normalized when `normalized`
  bool single_word = false;  // only where no word character is next to it
  bool lstrip = false;       // takes the white space before it
  bool rstrip = false;       // takes the white space behind it
  bool normalized = true;    // looked for in the normalized text
  bool special = false;      // may be left out when decoding
};

class AddedTokens {
 public:
  AddedTokens() = default;
  // The "added_tokens" of a tokenizer.json. Throws Error{corrupt} when an id contradicts the model's vocabulary.
  AddedTokens(const Json& definition, const Vocabulary& vocabulary, const Normalizer* normalizer);

  const AddedToken* find(TokenId id) const;
  std::optional<TokenId> id_of(std::string_view content) const;
  bool is_special_content(std::string_view content) const { return special_.contains(std::string(content)); }
  TokenId largest_id() const { return largest_id_; }  // -1 when there are none

  // A stretch of a text: an added token, or what lies between two.
  struct Stretch {
    std::uint32_t begin = 0, end = 0;   // bytes
    const AddedToken* token = nullptr;  // null: other text
  };
  // Cuts the text at the added tokens that are looked for in it; white space that a token takes belongs to its stretch.
  std::vector<Stretch> cut(std::string_view text, bool is_normalized) const;

 private:
  void add(AddedToken token, const Normalizer* normalizer);
  TokenTrie patterns_of(bool normalized) const;

  std::vector<AddedToken> tokens_;
  std::unordered_map<TokenId, size_t> by_id_;  // places in tokens_
  std::unordered_map<std::string, TokenId> by_content_;
  std::unordered_set<std::string> special_;
  TokenTrie raw_, normalized_;  // values are places in tokens_
  TokenId largest_id_ = -1;
};

}  // namespace headlight::tokenization
