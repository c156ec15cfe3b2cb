#include "core/tasks/shuffling.hpp"

#include <algorithm>
#include <map>

namespace headlight::tasks {
namespace {

std::vector<TokenId> with_all_shuffled(std::vector<TokenId> tokens, size_t n_fixed, Random& random) {
  std::vector<TokenId> moved;
  for (size_t i = n_fixed; i + 1 < tokens.size(); ++i) moved.push_back(tokens[i]);
  random.shuffle(moved);
  std::copy(moved.begin(), moved.end(), tokens.begin() + static_cast<std::ptrdiff_t>(n_fixed));
  return tokens;
}

}  // namespace

std::vector<TokenId> shuffled_tokens(const Shuffle& shuffle, const Prompt& prompt, size_t n_fixed, Random& random) {
  if (shuffle.all) return with_all_shuffled(prompt.tokens, n_fixed, random);
  std::map<int, std::vector<Role>> places;  // by their number of tokens
  for (const Role& role : prompt.roles)
    if (std::find(shuffle.roles.begin(), shuffle.roles.end(), role.name) != shuffle.roles.end())
      places[role.end - role.begin].push_back(role);
  std::vector<TokenId> tokens = prompt.tokens;
  for (const auto& [n_tokens, to] : places) {
    std::vector<Role> from = to;
    random.shuffle(from);
    for (size_t i = 0; i < to.size(); ++i)
      std::copy_n(prompt.tokens.begin() + from[i].begin, n_tokens, tokens.begin() + to[i].begin);
  }
  return tokens;
}

}  // namespace headlight::tasks
