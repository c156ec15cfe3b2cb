// A model of the same shape with random weights, the null of positional statistics: every matrix is redrawn from a normal
// distribution with the mean and deviation of its own numbers; norms and biases stay. Nothing is stored: a number is a
// function of (seed, matrix, place), made when the matrix is widened.
#pragma once

#include <cstdint>
#include <map>

#include "core/checkpoint/weights.hpp"

namespace headlight {

class RandomWeights {
 public:
  // Reads every matrix once, for its mean and deviation.
  RandomWeights(const ModelWeights& weights, std::uint64_t seed);

  // The number in place of the stored one at `place` (in elements from the matrix's origin).
  struct Matrix {
    std::uint64_t key = 0;
    double mean = 0, deviation = 0;
    double at(std::int64_t place) const;
  };
  const Matrix& matrix(const std::byte* origin) const { return matrices_.at(origin); }

 private:
  std::map<const std::byte*, Matrix> matrices_;  // by origin; a tied unembedding shares its entry
};

}  // namespace headlight
