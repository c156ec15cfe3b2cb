// Which experts a token goes through, and how much each of them counts.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "core/checkpoint/model_description.hpp"

namespace headlight {

// (expert, weight) of the chosen ones, from the router's logits; `correction` is empty or has a number for each expert.
template <typename T>
std::vector<std::pair<size_t, T>> route(const MlpDescription& mlp, std::span<const T> logits, std::span<const T> correction = {});

}  // namespace headlight
