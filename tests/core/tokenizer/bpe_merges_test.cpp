#include "core/tokenizer/bpe_merges.hpp"

#include <gtest/gtest.h>

#include <map>

#include "core/base/random.hpp"

namespace headlight::tokenization {
namespace {

using Rules = std::map<std::pair<TokenId, TokenId>, MergeTable::Merge>;

// The definition, word by word: of all neighbours the lowest rank, the leftmost among equals, until none is left.
std::vector<Symbol> merged_naively(const Rules& rules, std::vector<Symbol> symbols) {
  while (true) {
    size_t best = symbols.size();
    MergeTable::Merge chosen;
    for (size_t i = 0; i + 1 < symbols.size(); ++i) {
      const auto rule = rules.find({symbols[i].id, symbols[i + 1].id});
      if (rule != rules.end() && rule->second.rank < chosen.rank) best = i, chosen = rule->second;
    }
    if (best == symbols.size()) return symbols;
    symbols[best] = {chosen.token, symbols[best].length + symbols[best + 1].length};
    symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(best) + 1);
  }
}

TEST(MergeSymbols, EqualsTheDefinitionForShortAndLongWords) {
  Random random(1);
  for (int round = 0; round < 300; ++round) {
    // Tokens are strings over {a, b, c} of up to 4 letters, so that equal strings are made in several ways.
    std::map<std::string, TokenId> ids{{"a", 0}, {"b", 1}, {"c", 2}};
    std::vector<std::string> tokens{"a", "b", "c"};
    Rules rules;
    for (std::uint32_t rank = 0; rank < 25; ++rank) {
      const std::string left = tokens[random.below(tokens.size())], right = tokens[random.below(tokens.size())];
      if (left.size() + right.size() > 4) continue;
      const auto [entry, is_new] = ids.try_emplace(left + right, static_cast<TokenId>(tokens.size()));
      if (is_new) tokens.push_back(left + right);
      rules.try_emplace({ids[left], ids[right]}, MergeTable::Merge{rank / 2, entry->second});
    }
    MergeTable table(rules.size());
    for (const auto& [pair, merge] : rules) table.put(pair.first, pair.second, merge);
    std::vector<Symbol> symbols(random.below(120));
    for (Symbol& symbol : symbols) symbol = {static_cast<TokenId>(random.below(3)), 1};
    const std::vector<Symbol> expected = merged_naively(rules, symbols);
    MergeScratch scratch;
    merge_symbols(table, symbols, scratch);
    ASSERT_EQ(symbols.size(), expected.size());
    for (size_t i = 0; i < symbols.size(); ++i) {
      EXPECT_EQ(symbols[i].id, expected[i].id);
      EXPECT_EQ(symbols[i].length, expected[i].length);
    }
  }
}

TEST(MergeTable, FindsWhatWasPutAndNothingElse) {
  MergeTable table(1000);
  for (TokenId id = 0; id < 1000; ++id) table.put(id, id * 7, {static_cast<std::uint32_t>(id), id + 1});
  for (TokenId id = 0; id < 1000; ++id) {
    EXPECT_EQ(table.find(id, id * 7).token, id + 1);
    EXPECT_EQ(table.find(id, id * 7 + 1).rank, MergeTable::kNoRank);
  }
}

TEST(MergeTable, KeepsTheLastOfTwoMergesOfAPair) {
  MergeTable table(2);
  table.put(1, 2, {0, 3});
  table.put(1, 2, {1, 4});
  EXPECT_EQ(table.find(1, 2).token, 4);
}

}  // namespace
}  // namespace headlight::tokenization
