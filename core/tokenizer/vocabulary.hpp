// Tokens and their ids.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/json.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace headlight::tokenization {

// Ids beyond this are refused: a table of that size would be the wrong reading of a broken file.
inline constexpr TokenId kMaxVocabulary = 1 << 22;

// The id of {"token": id}. Throws Error{corrupt} that names the token when it is no whole number from 0 to kMaxVocabulary - 1.
TokenId checked_id(const Json::Member& member);

class Vocabulary {
 public:
  Vocabulary() = default;
  Vocabulary(Vocabulary&&) = default;
  Vocabulary& operator=(Vocabulary&&) = default;

  // {"token": id, ...}. Throws Error{corrupt} for ids that are no small whole numbers or stand twice.
  static Vocabulary read(const Json& definition);

  // [id]. A token that stands twice belongs to its last id.
  static Vocabulary from_list(std::vector<std::string> tokens);

  int size() const { return static_cast<int>(tokens_.size()); }  // one more than the largest id
  size_t n_tokens() const { return ids_.size(); }

  std::optional<TokenId> id_of(std::string_view token) const;
  const std::string& token(TokenId id) const;  // "" for an id that is not used
  bool contains(TokenId id) const { return id >= 0 && id < size() && used_[id]; }

 private:
  std::vector<std::string> tokens_;                    // [id]
  std::vector<bool> used_;                             // [id]
  std::unordered_map<std::string_view, TokenId> ids_;  // views of tokens_
};

}  // namespace headlight::tokenization
