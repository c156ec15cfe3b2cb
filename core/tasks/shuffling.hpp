// Tokens of a prompt in random order: what a twin has whose corruption is "shuffle".
#pragma once

#include <vector>

#include "core/base/random.hpp"
#include "core/tasks/definition.hpp"
#include "core/tasks/prompt.hpp"

namespace headlight::tasks {

// The tokens with those of the shuffle's roles exchanged among places of as many tokens, or with all of them in random order but
// the first `n_fixed` and the last. May come out as they were.
std::vector<TokenId> shuffled_tokens(const Shuffle& shuffle, const Prompt& prompt, size_t n_fixed, Random& random);

}  // namespace headlight::tasks
