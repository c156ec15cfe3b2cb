// Models of both shapes that have learned nothing, with attention as sharp as in trained ones.
#pragma once

#include <cstdint>

#include "tests/support/tiny_model.hpp"

namespace headlight::testing_support {

struct RandomShape {
  static constexpr int n_layers = 3, n_heads = 4;
  int n_tokens = 300, n_places = 128;
};

TinyModel random_gpt2(std::uint64_t seed, const RandomShape& shape = {});
TinyModel random_llama(std::uint64_t seed, const RandomShape& shape = {});  // two query heads on every key-value head

}  // namespace headlight::testing_support
