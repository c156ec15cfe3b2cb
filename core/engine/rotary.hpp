// Rotary position embedding (Su et al. 2021, arXiv 2104.09864) of packed rows.
#pragma once

#include <map>
#include <vector>

#include "core/checkpoint/model_description.hpp"
#include "core/tensor/buffer.hpp"

namespace headlight {

// Cosines and sines of one list of frequencies for the positions 0 .. n - 1; grows on demand.
template <typename T>
class RotaryTable {
 public:
  RotaryTable(const RotaryDescription& description, int prompt_length);

  void cover(int n_positions);
  // Rotates the first n_dims numbers of every head: row [n_heads, d_head]. REQUIRES position < covered.
  void rotate(T* row, int n_heads, int d_head, int position) const;

 private:
  RotaryStyle style_;
  double attention_factor_;
  std::vector<double> frequencies_;
  int n_covered_ = 0;
  std::vector<T> cosines_, sines_;  // [position, n_dims / 2]
};

// The tables of one description: where its frequencies depend on the length of the prompt, one for each length of a pass.
template <typename T>
class RotaryTables {
 public:
  explicit RotaryTables(RotaryDescription description) : description_(std::move(description)) {}

  // Makes the tables of a pass over prompts of these lengths; forgets others when there are many.
  void prepare(const std::vector<int>& prompt_lengths);
  // REQUIRES a length that was prepared.
  const RotaryTable<T>& of(int prompt_length) const { return tables_.at(key_of(prompt_length)); }

 private:
  // The same for lengths of the same frequencies: 0 for short prompts.
  int key_of(int prompt_length) const;

  RotaryDescription description_;
  std::map<int, RotaryTable<T>> tables_;
};

}  // namespace headlight
