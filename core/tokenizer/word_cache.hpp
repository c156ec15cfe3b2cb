// Words that were tokenized before. Natural text repeats its words, so most pieces never reach the merges.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/tokenizer/model.hpp"

namespace headlight::tokenization {

class WordCache {
 public:
  static constexpr size_t kLongestWord = 128;  // bytes; longer pieces seldom come again
  // Some megabytes in all. Words of a language reach neither: theirs have a few bytes and a token or two.
  static constexpr size_t kMostTokens = size_t{1} << 18, kMostBytes = size_t{1} << 21;

  // The word's tokens. Borrowed until the next put.
  std::optional<std::span<const ModelToken>> find(std::string_view word) const;

  // REQUIRES that find did not know the word, and at most kLongestWord bytes. Forgets everything when full.
  void put(std::string_view word, std::span<const ModelToken> tokens);

  size_t n_tokens() const { return tokens_.size(); }  // remembered

 private:
  static constexpr size_t kFirstSlots = 1 << 10, kMostWords = 1 << 17;

  struct Slot {
    std::uint32_t hash = 0;  // 0: free
    std::uint32_t word = 0, token = 0;
    std::uint16_t word_size = 0, n_tokens = 0;
  };
  static std::uint32_t hash_of(std::string_view word);
  size_t mask() const { return slots_.size() - 1; }
  void grow();
  void forget();
  void place(const Slot& slot);

  std::vector<Slot> slots_ = std::vector<Slot>(kFirstSlots);  // a power of two, at most half full
  std::string words_;
  std::vector<ModelToken> tokens_;
  size_t n_words_ = 0;
};

}  // namespace headlight::tokenization
