// Rotary position embedding (Su et al. 2021, arXiv 2104.09864) of packed rows.
#pragma once

#include <vector>

#include "core/checkpoint/model_description.hpp"
#include "core/tensor/buffer.hpp"

namespace headlight {

// Cosines and sines of one rotary description for the positions 0 .. n - 1; grows on demand.
template <typename T>
class RotaryTable {
 public:
  explicit RotaryTable(RotaryDescription description) : description_(std::move(description)) {}

  void cover(int n_positions);
  // Rotates the first n_dims numbers of every head: row [n_heads, d_head]. REQUIRES position < covered.
  void rotate(T* row, int n_heads, int d_head, int position) const;

 private:
  RotaryDescription description_;
  int n_covered_ = 0;
  std::vector<T> cosines_, sines_;  // [position, n_dims / 2]
};

}  // namespace headlight
