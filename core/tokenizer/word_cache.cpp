#include "core/tokenizer/word_cache.hpp"

#include <algorithm>
#include <cstring>

namespace headlight::tokenization {

std::uint32_t WordCache::hash_of(std::string_view word) {
  constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15;
  std::uint64_t hash = word.size() * kFactor;
  size_t i = 0;
  for (; i + 8 <= word.size(); i += 8) {
    std::uint64_t part;
    std::memcpy(&part, word.data() + i, 8);
    hash = (hash ^ part) * kFactor;
    hash ^= hash >> 32;
  }
  std::uint64_t rest = 0;
  for (int shift = 0; i < word.size(); ++i, shift += 8)
    rest |= static_cast<std::uint64_t>(static_cast<unsigned char>(word[i])) << shift;
  hash = (hash ^ rest) * kFactor;
  hash ^= hash >> 29;
  return static_cast<std::uint32_t>(hash) | 1;
}

std::optional<std::span<const ModelToken>> WordCache::find(std::string_view word) const {
  const std::uint32_t hash = hash_of(word);
  for (size_t i = hash >> 1 & mask(); slots_[i].hash != 0; i = (i + 1) & mask()) {
    const Slot& slot = slots_[i];
    if (slot.hash != hash || slot.word_size != word.size()) continue;
    if (std::memcmp(words_.data() + slot.word, word.data(), word.size()) != 0) continue;
    return std::span(tokens_).subspan(slot.token, slot.n_tokens);
  }
  return std::nullopt;
}

void WordCache::grow() {
  std::vector<Slot> old(slots_.size() * 4);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.hash != 0) place(slot);
  }
}

void WordCache::forget() {
  std::fill(slots_.begin(), slots_.end(), Slot{});
  words_.clear();
  tokens_.clear();
  n_words_ = 0;
}

void WordCache::place(const Slot& slot) {
  size_t i = slot.hash >> 1 & mask();
  while (slots_[i].hash != 0) i = (i + 1) & mask();
  slots_[i] = slot;
}

void WordCache::put(std::string_view word, std::span<const ModelToken> tokens) {
  if (n_words_ == kMostWords || tokens_.size() + tokens.size() > kMostTokens || words_.size() + word.size() > kMostBytes) forget();
  if (2 * n_words_ >= slots_.size()) grow();
  place({.hash = hash_of(word),
         .word = static_cast<std::uint32_t>(words_.size()),
         .token = static_cast<std::uint32_t>(tokens_.size()),
         .word_size = static_cast<std::uint16_t>(word.size()),
         .n_tokens = static_cast<std::uint16_t>(tokens.size())});
  words_.append(word);
  tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
  ++n_words_;
}

}  // namespace headlight::tokenization
