// From names and shapes to views: the tensors of a store in the roles that a blueprint gives them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/checkpoint/blueprint.hpp"
#include "core/checkpoint/tensor_store.hpp"
#include "core/checkpoint/weights.hpp"

namespace headlight {

struct BoundWeights {
  ModelWeights weights;           // borrowed from the store
  DType dtype = DType::f32;       // of most numbers
  std::int64_t n_parameters = 0;  // of the tensors in use, each once
  std::vector<std::string> unused;  // tensors that have no place in the architecture
  std::vector<std::string> notes;
};

// Throws Error{not_found} for a missing tensor, Error{corrupt} for one of another shape than the description asks for,
// Error{unsupported} for one that is not stored in floating point (quantised weights).
BoundWeights bind_weights(const TensorStore& store, const Blueprint& blueprint);

}  // namespace headlight
