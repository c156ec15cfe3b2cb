// A lane is one prompt going through a pass: from which position on it is computed, what is edited on its way, and which of its
// positions are wanted at the end. Lanes of different lengths are packed row after row; there is no padding.
#pragma once

#include <span>
#include <vector>

#include "core/engine/edit.hpp"
#include "core/tensor/buffer.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace headlight {

// What later passes need of the unedited run of a set of prompts. Rows are those of the pass that kept it.
template <typename T>
struct CleanRun {
  struct Layer {
    Buffer<T> resid_pre;  // [row, d_model]
    Buffer<T> k, v;       // [row, kv head * d_head]
    Buffer<T> z;          // [row, head * d_head]
  };
  std::vector<Layer> layers;
};

template <typename T>
struct Lane {
  std::span<const TokenId> tokens;        // the whole prompt
  std::span<const Edit> edits;            // none of them `mean`
  int begin = 0;                          // computed positions: [begin, tokens.size())
  const CleanRun<T>* clean = nullptr;     // REQUIRED when begin > 0 or the pass begins above layer 0
  size_t clean_row = 0;                   // row of the prompt's position 0 in `clean`
  std::vector<int> wanted;                // positions whose final rows are wanted, ascending, all >= begin; empty: all computed ones
};

// Where the rows of a lane stand among the packed rows.
struct LaneRows {
  size_t first = 0;            // packed row
  std::vector<int> positions;  // [row of the lane]
};

}  // namespace headlight
