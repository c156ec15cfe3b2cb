// Prompts of random tokens for tests of the engine.
#pragma once

#include "core/base/random.hpp"
#include "core/tasks/prompt.hpp"

namespace headlight {

inline std::vector<TokenId> random_tokens(size_t n, int vocab_size, std::uint64_t seed) {
  Random random(seed);
  std::vector<TokenId> tokens(n);
  for (TokenId& token : tokens) token = static_cast<TokenId>(random.below(static_cast<std::uint64_t>(vocab_size)));
  return tokens;
}

// Prompts of different lengths; the metric reads tokens at the last position and at one in the middle.
inline PromptSet random_prompts(int n_prompts, int vocab_size, MetricKind kind, std::uint64_t seed = 1) {
  PromptSet set;
  set.metric = kind;
  for (int p = 0; p < n_prompts; ++p) {
    Prompt prompt;
    prompt.tokens = random_tokens(static_cast<size_t>(12 + 5 * p), vocab_size, seed + static_cast<std::uint64_t>(p));
    const int last = static_cast<int>(prompt.tokens.size()) - 1;
    prompt.readouts = {{.position = last, .token = 3, .weight = 1}, {.position = last, .token = 5, .weight = -0.5}, {.position = 7, .token = 11, .weight = 0.25}};
    prompt.questions = {{.position = last, .answers = {3}, .wrong = {5}}};
    set.prompts.push_back(std::move(prompt));
  }
  return set;
}

}  // namespace headlight
