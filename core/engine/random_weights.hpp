// A model of the same shape with random weights, the null of positional statistics: every matrix is redrawn from a normal
// bell with the mean and deviation of its own numbers; norms and biases stay. Nothing is stored: a number is a function of
// (seed, matrix, place), made when the matrix is widened.
#pragma once

#include <cstdint>
#include <map>

#include "core/checkpoint/weights.hpp"

namespace headlight {

class RandomWeights {
 public:
  // Reads every matrix once, for its mean and deviation.
  RandomWeights(const ModelWeights& weights, std::uint64_t seed);

  struct Matrix {
    std::uint32_t key = 0;
    double mean = 0, deviation = 0;
    // The numbers in place of the stored ones at `first`, `first + step`, ... (in elements from the matrix's origin). Places
    // 2^32 apart hold the same number.
    template <typename T>
    void fill(std::int64_t first, std::int64_t step, std::int64_t n, T* out) const;
  };
  const Matrix& matrix(const std::byte* origin) const { return matrices_.at(origin); }

 private:
  std::map<const std::byte*, Matrix> matrices_;  // by origin; a tied unembedding shares its entry
};

}  // namespace headlight
