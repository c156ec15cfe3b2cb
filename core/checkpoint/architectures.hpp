// What Headlight can read. One file per architecture in architectures/ says what its config.json means and where its tensors are;
// architectures/all.hpp is the only place that names them all.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/checkpoint/blueprint.hpp"
#include "core/checkpoint/config.hpp"

namespace headlight {

struct Architecture {
  std::string_view model_type;  // of config.json
  std::string_view models;      // well-known ones, for people
  Blueprint (*read)(const Config& config);
};

// By model_type.
std::span<const Architecture> architectures();

// Finds the architecture by "model_type" and lets it read the fields.
// Throws Error{unsupported} with the list of what is supported, or with the field that stopped it.
Blueprint read_blueprint(const Config& config);

}  // namespace headlight
