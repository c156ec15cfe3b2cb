// How well a head's attention matrix A [n, n] agrees with a detection pattern D of zeros and ones, as the head detector of TransformerLens
// counts (heads.md, primitive 4). The rows of A sum to 1, so both scores are means over all queries, the first too:
//   mul = sum(A D) / sum(A)    = mean of given_i, what query i gives to its pattern     (1 for every head where D is 1 everywhere)
//   abs = 1 - n mean |A - D|   = mean of 2 given_i - |D_i|
#pragma once

#include <headlight/sdk/family.hpp>
#include <headlight/sdk/manifest.hpp>

#include <algorithm>

namespace headlight::sdk {

inline constexpr headlight_output kPatternMul =
    share_output("pattern_mul", "share of all attention, the first query's too, that lies on the pattern (TransformerLens' measure mul)");
inline constexpr headlight_output kPatternAbs = output({.name = "pattern_abs",
                                                        .doc = "1 less the distance of the attention from the pattern itself (TransformerLens' measure abs)",
                                                        .unit = "1",
                                                        .min = -1e6,
                                                        .max = 1});

// A query's part of outputs MUL (kPatternMul) and the one after it (kPatternAbs). To be called for every query of a prompt that has any
// pattern, with 0 and 0 for those that have none.
inline void add_to_pattern(Tally& tally, uint32_t mul, Head head, double given, size_t n_pattern) {
  tally.add(mul, head, std::min(1.0, given));
  tally.add(mul + 1, head, 2 * given - static_cast<double>(n_pattern));
}

}  // namespace headlight::sdk
