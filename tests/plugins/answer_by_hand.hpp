// Prompts and heads of families that write an answer, in a model whose residual stream has one dimension for each token
// (circuits_by_hand.hpp): what the last token's heads attend to is given, and values, z and the residual stream follow from it.
#pragma once

#include <string>
#include <vector>

#include "tests/plugins/family_by_hand.hpp"

namespace headlight::testing_support {

constexpr int kVocabularyByHand = 12;

// A head's matrix that writes FACTOR times what it sees.
inline CircuitsByHand::Matrix copies(float factor) {
  CircuitsByHand::Matrix matrix(kVocabularyByHand, std::vector<float>(kVocabularyByHand, 0.0f));
  for (size_t i = 0; i < kVocabularyByHand; ++i) matrix[i][i] = factor;
  return matrix;
}

// One that writes FACTOR of TO for every FROM of the pairs, and nothing else.
inline CircuitsByHand::Matrix maps(const std::vector<std::pair<size_t, size_t>>& pairs, float factor = 1) {
  CircuitsByHand::Matrix matrix(kVocabularyByHand, std::vector<float>(kVocabularyByHand, 0.0f));
  for (const auto& [from, to] : pairs) matrix[from][to] = factor;
  return matrix;
}

// A model of one head with `copies`.
inline CircuitsByHand copying(float factor) {
  CircuitsByHand circuits(1, kVocabularyByHand);
  circuits.ov[{0, 0}] = copies(factor);
  return circuits;
}

// The direction of a token.
inline std::vector<float> one_at(int token, float value = 1) {
  std::vector<float> vector(kVocabularyByHand, 0.0f);
  vector.at(static_cast<size_t>(token)) = value;
  return vector;
}

// One layer; the rows are what the last token of each head attends to, every earlier token attends to the first. All the sites that
// these families look at are there: the residual stream is the tokens themselves.
inline PromptByHand prompt_by_hand(const std::vector<int>& tokens, const std::vector<std::vector<float>>& last_rows) {
  PromptByHand prompt{.tokens = tokens, .sites = {}};
  HeadRows pattern(1), z(1), v(1), residual(1);
  for (const auto& last_row : last_rows) {
    pattern[0].emplace_back();
    z[0].emplace_back();
    v[0].emplace_back();
    for (size_t query = 0; query < tokens.size(); ++query) {
      std::vector<float> row(query + 1, 0.0f);
      row[0] = 1;
      if (query + 1 == tokens.size()) row = last_row;
      std::vector<float> mixed(kVocabularyByHand, 0.0f);
      for (size_t key = 0; key <= query; ++key) mixed.at(static_cast<size_t>(tokens[key])) += row.at(key);
      pattern[0].back().push_back(row);
      z[0].back().push_back(mixed);
      v[0].back().push_back(one_at(tokens[query]));
    }
  }
  residual[0].emplace_back();
  for (const int token : tokens) residual[0][0].push_back(one_at(token));
  prompt.sites = {{SiteKind::pattern, pattern}, {SiteKind::z, z}, {SiteKind::v, v}, {SiteKind::resid_pre, residual}, {SiteKind::resid_post, residual}};
  return prompt;
}

// The values that follow from the pattern of one layer: what every query of each head mixes of the tokens, WIDTH of them.
inline PromptByHand with_z(PromptByHand prompt, int width) {
  HeadRows z;
  for (const auto& heads : prompt.sites.at(SiteKind::pattern)) {
    z.emplace_back();
    for (const Rows& rows : heads) {
      z.back().emplace_back();
      for (const auto& row : rows) {
        std::vector<float> mixed(static_cast<size_t>(width), 0.0f);
        for (size_t key = 0; key < row.size(); ++key) mixed.at(static_cast<size_t>(prompt.tokens[key])) += row[key];
        z.back().back().push_back(std::move(mixed));
      }
    }
  }
  prompt.sites[SiteKind::z] = std::move(z);
  return prompt;
}

// Feeds a family what its heads see; n_heads and the kv heads are those of the prompt's rows.
inline HandGrids answer_by_hand(const std::string& family, CircuitsByHand& circuits, const PromptByHand& prompt, const Tiles& tiles = {}) {
  const int n_heads = static_cast<int>(prompt.sites.at(SiteKind::pattern)[0].size());
  return observe_by_hand(family, {.n_heads = n_heads, .n_kv_heads = n_heads, .circuits = &circuits}, prompt, tiles);
}

}  // namespace headlight::testing_support
