// The forward pass in plain loops and double precision, straight from the description: the oracle of the engine and the
// proof that a checkpoint was read right. One prompt, no batching, no reuse of anything.
#pragma once

#include <span>
#include <vector>

#include "core/checkpoint/checkpoint.hpp"

namespace headlight::testing_support {

using Rows = std::vector<std::vector<double>>;  // [position][...]

struct NaiveForward {
  std::vector<Rows> residuals;              // [layer] before the block: [position][d_model]
  std::vector<std::vector<Rows>> patterns;  // [layer][head][query][key]
  std::vector<std::vector<Rows>> z;         // [layer][head][position][d_head]
  Rows logits;                              // [position][vocab]
};

// REQUIRES tokens within the vocabulary and no more of them than the context holds.
NaiveForward naive_forward(const Checkpoint& checkpoint, std::span<const std::int64_t> tokens);

}  // namespace headlight::testing_support
