// A family's shared library fed by hand through the C boundary: tokens and captures go in, its grids come out.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/engine/site.hpp"
#include "core/tasks/prompt.hpp"
#include "tests/plugins/circuits_by_hand.hpp"

namespace headlight::testing_support {

// [layer][head][query][key] for attention matrices (keys after the query may be left out), [layer][head][position][width] else.
using HeadRows = std::vector<std::vector<std::vector<std::vector<float>>>>;

using Rows = std::vector<std::vector<float>>;  // [query][key] of one head

// Every query gives all to one key.
inline Rows looking_at(const std::vector<int>& keys) {
  Rows rows;
  for (size_t query = 0; query < keys.size(); ++query) {
    rows.emplace_back(query + 1, 0.0f);
    rows.back().at(static_cast<size_t>(keys[query])) = 1;
  }
  return rows;
}

struct PromptByHand {
  std::vector<int> tokens;
  std::map<SiteKind, HeadRows> sites;
  std::vector<Role> roles = {};
  std::vector<int> answers = {}, wrong = {};  // first tokens, after the last given one
  std::vector<std::string> pieces = {};
  std::vector<int> words = {};
  int n_given = -1;  // the tokens from there on were decoded; -1: none were
  std::vector<Arc> arcs = {};
};

struct HandHeads {
  int n_layers = 1, n_heads = 1, n_kv_heads = 1;
  CircuitsByHand* circuits = nullptr;  // REQUIRED for families that need circuits
};

// Tile ends, last one the prompt's length: {2, 5} shows queries 0-1 and then 2-4 of every site. {}: one tile.
using Tiles = std::vector<int>;

// How many keys an attention tile has: up to its last query, as the engine makes them, or the whole prompt.
enum class TileKeys { up_to_the_last_query, whole_prompt };

// [output][layer * n_heads + head] for each prompt; NaN where the family says nothing. Throws what the family fails with.
using HandGrids = std::vector<std::vector<double>>;
std::vector<HandGrids> observe_by_hand(const std::string& family, const HandHeads& heads,
                                       const std::vector<PromptByHand>& prompts, const Tiles& tiles = {},
                                       TileKeys keys = TileKeys::up_to_the_last_query);

// Of one prompt.
HandGrids observe_by_hand(const std::string& family, const HandHeads& heads, const PromptByHand& prompt, const Tiles& tiles = {},
                          TileKeys keys = TileKeys::up_to_the_last_query);

}  // namespace headlight::testing_support
