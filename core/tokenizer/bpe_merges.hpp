// The merges of a BPE vocabulary, and applying them to a word.
// Source: Sennrich et al. 2016; among the mergeable neighbours the lowest rank goes first, the leftmost among equals.
#pragma once

#include <cstdint>
#include <vector>

#include "core/tokenizer/tokenizer.hpp"

namespace headlight::tokenization {

// (left, right) -> rank and merged token: an open-addressing hash table, as it is asked for every pair of neighbours.
class MergeTable {
 public:
  static constexpr std::uint32_t kNoRank = UINT32_MAX;
  struct Merge {
    std::uint32_t rank = kNoRank;
    TokenId token = -1;
  };

  explicit MergeTable(size_t n_merges = 0);

  // A pair that is there already gets the new merge. REQUIRES no more pairs than the constructor was told.
  void put(TokenId left, TokenId right, Merge merge);

  // kNoRank when the two do not merge.
  Merge find(TokenId left, TokenId right) const {
    const std::uint64_t key = key_of(left, right);
    for (size_t i = slot_of(key);; i = (i + 1) & mask_) {
      if (slots_[i].key == key) return slots_[i].merge;
      if (slots_[i].key == kEmpty) return {};
    }
  }

 private:
  static constexpr std::uint64_t kEmpty = UINT64_MAX;
  struct Slot {
    std::uint64_t key = kEmpty;
    Merge merge;
  };
  static std::uint64_t key_of(TokenId left, TokenId right) {
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 | static_cast<std::uint32_t>(right);
  }
  size_t slot_of(std::uint64_t key) const { return (key * 0x9e3779b97f4a7c15) >> shift_; }

  std::vector<Slot> slots_;
  size_t mask_ = 0;
  int shift_ = 0;
};

struct Symbol {
  TokenId id = 0;
  std::uint32_t length = 0;  // bytes of the piece
};

// Memory that is reused from word to word.
struct MergeScratch {
  struct Candidate {
    std::uint32_t rank, position;
    TokenId token;
  };
  std::vector<Candidate> heap;
  std::vector<std::uint32_t> ranks, previous, next;
};

// Merges until no neighbours can; `symbols` becomes the tokens.
void merge_symbols(const MergeTable& merges, std::vector<Symbol>& symbols, MergeScratch& scratch);

}  // namespace headlight::tokenization
