// The metadata of a GGUF file as the config.json that it was made from, for the same readers.
#pragma once

#include "core/base/json.hpp"
#include "core/checkpoint/gguf/dialect.hpp"

namespace headlight::gguf {

// Throws Error{unsupported} for a key of the architecture that has no counterpart, Error{corrupt} for one that is missing;
// errors name the key.
Json config_of(const File& file, const Dialect& dialect);

}  // namespace headlight::gguf
