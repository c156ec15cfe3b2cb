#include "core/tokenizer/bpe_merges.hpp"

#include <algorithm>
#include <bit>

namespace headlight::tokenization {
namespace {

constexpr size_t kShortWord = 40;  // symbols up to which looking at all pairs again beats a heap

void merge_short(const MergeTable& merges, std::vector<Symbol>& symbols, std::vector<std::uint32_t>& ranks) {
  size_t n = symbols.size();
  ranks.resize(n);
  for (size_t i = 0; i + 1 < n; ++i) ranks[i] = merges.find(symbols[i].id, symbols[i + 1].id).rank;
  while (n > 1) {
    size_t best = 0;
    for (size_t i = 1; i + 1 < n; ++i) {
      if (ranks[i] < ranks[best]) best = i;
    }
    if (ranks[best] == MergeTable::kNoRank) break;
    symbols[best].id = merges.find(symbols[best].id, symbols[best + 1].id).token;
    symbols[best].length += symbols[best + 1].length;
    std::copy(symbols.begin() + best + 2, symbols.begin() + n, symbols.begin() + best + 1);
    std::copy(ranks.begin() + best + 1, ranks.begin() + n - 1, ranks.begin() + best);
    --n;
    if (best > 0) ranks[best - 1] = merges.find(symbols[best - 1].id, symbols[best].id).rank;
    if (best + 1 < n) ranks[best] = merges.find(symbols[best].id, symbols[best + 1].id).rank;
  }
  symbols.resize(n);
}

// A linked list of the living symbols and a heap of the pairs that may merge; outdated pairs are recognized when they come up.
class LongMerge {
 public:
  LongMerge(const MergeTable& merges, std::vector<Symbol>& symbols, MergeScratch& scratch)
      : merges_(merges), symbols_(symbols), heap_(scratch.heap), previous_(scratch.previous), next_(scratch.next) {
    const auto n = static_cast<std::uint32_t>(symbols.size());
    heap_.clear();
    previous_.resize(n);
    next_.resize(n);
    for (std::uint32_t i = 0; i < n; ++i) {
      previous_[i] = i == 0 ? kNone : i - 1;
      next_[i] = i + 1 == n ? kNone : i + 1;
    }
    for (std::uint32_t i = 0; i + 1 < n; ++i) {
      const auto merge = merges.find(symbols[i].id, symbols[i + 1].id);
      if (merge.rank != MergeTable::kNoRank) heap_.push_back({merge.rank, i, merge.token});
    }
    std::make_heap(heap_.begin(), heap_.end(), comes_later);
  }

  void run() {
    while (!heap_.empty()) {
      std::pop_heap(heap_.begin(), heap_.end(), comes_later);
      const auto top = heap_.back();
      heap_.pop_back();
      merge(top);
    }
    size_t n = 0;
    for (std::uint32_t i = 0; i != kNone && !symbols_.empty(); i = next_[i]) symbols_[n++] = symbols_[i];
    symbols_.resize(n);
  }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  static constexpr TokenId kGone = -1;
  using Candidate = MergeScratch::Candidate;

  static bool comes_later(const Candidate& a, const Candidate& b) {
    return a.rank != b.rank ? a.rank > b.rank : a.position > b.position;
  }

  void merge(const Candidate& top) {
    const std::uint32_t left = top.position, right = next_[left];
    if (symbols_[left].id == kGone || right == kNone) return;
    if (merges_.find(symbols_[left].id, symbols_[right].id).token != top.token) return;  // the neighbours have changed
    symbols_[left] = {top.token, symbols_[left].length + symbols_[right].length};
    symbols_[right].id = kGone;
    next_[left] = next_[right];
    if (next_[left] != kNone) previous_[next_[left]] = left;
    if (previous_[left] != kNone) offer(previous_[left], left);
    if (next_[left] != kNone) offer(left, next_[left]);
  }

  void offer(std::uint32_t left, std::uint32_t right) {
    const auto merge = merges_.find(symbols_[left].id, symbols_[right].id);
    if (merge.rank == MergeTable::kNoRank) return;
    heap_.push_back({merge.rank, left, merge.token});
    std::push_heap(heap_.begin(), heap_.end(), comes_later);
  }

  const MergeTable& merges_;
  std::vector<Symbol>& symbols_;
  std::vector<Candidate>& heap_;
  std::vector<std::uint32_t>&previous_, &next_;
};

}  // namespace

MergeTable::MergeTable(size_t n_merges) {
  const size_t n_slots = std::bit_ceil(std::max<size_t>(2 * n_merges, 4));
  slots_.resize(n_slots);
  mask_ = n_slots - 1;
  shift_ = 64 - std::countr_zero(n_slots);
}

void MergeTable::put(TokenId left, TokenId right, Merge merge) {
  const std::uint64_t key = key_of(left, right);
  size_t i = slot_of(key);
  while (slots_[i].key != kEmpty && slots_[i].key != key) i = (i + 1) & mask_;
  slots_[i] = {key, merge};
}

void merge_symbols(const MergeTable& merges, std::vector<Symbol>& symbols, MergeScratch& scratch) {
  if (symbols.size() < 2) return;
  if (symbols.size() <= kShortWord) return merge_short(merges, symbols, scratch.ranks);
  LongMerge(merges, symbols, scratch).run();
}

}  // namespace headlight::tokenization
