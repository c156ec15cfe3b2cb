// Prompts continued by what the model finds most probable, token after token.
#pragma once

#include <span>
#include <vector>

#include "core/engine/forward.hpp"

namespace headlight {

// Each prompt followed by up to `n_decoded` tokens: always the one with the largest logit (the lowest id among equals); it ends
// early after the model's end-of-text token and at its context. Prompts go through the passes together, and each token is computed
// once: keys and values are kept, but where the angles of a rotation depend on the prompt's length.
std::vector<std::vector<TokenId>> decode_greedily(Forward<float>& forward, const ModelDescription& model,
                                                  const std::vector<std::span<const TokenId>>& prompts, int n_decoded);

}  // namespace headlight
