// A model ready to compute: the opened checkpoint, or its random twin.
#pragma once

#include <memory>
#include <optional>

#include "core/checkpoint/checkpoint.hpp"
#include "core/engine/random_weights.hpp"

namespace headlight {

struct Model {
  std::shared_ptr<const Checkpoint> checkpoint;
  std::shared_ptr<const RandomWeights> random;  // null: the weights as they are

  const ModelDescription& description() const { return checkpoint->description; }
  const ModelWeights& weights() const { return checkpoint->weights; }

  static Model open(const std::filesystem::path& folder) { return {std::make_shared<Checkpoint>(open_checkpoint(folder)), nullptr}; }
  Model with_random_weights(std::uint64_t seed) const {
    return {checkpoint, std::make_shared<RandomWeights>(checkpoint->weights, seed)};
  }
};

}  // namespace headlight
