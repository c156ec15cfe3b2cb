// Structs of the plugin boundary as a plugin of another minor version brings them: longer than this program's, or shorter.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

#include "core/base/error.hpp"

namespace headlight {

// Element i of an array of the plugin's as this program has the struct; missing fields are as in `missing`. None has less than the
// `least` bytes of version 1.0; throws Error{plugin} otherwise.
template <typename Struct>
Struct grown(const Struct* array, size_t i, size_t least, Struct missing = {}) {
  if (array->size < least)
    throw Error(ErrorCode::plugin, "gives structs of " + std::to_string(array->size) + " bytes where version 1.0 has " + std::to_string(least));
  std::memcpy(&missing, reinterpret_cast<const std::byte*>(array) + i * array->size, std::min<size_t>(array->size, sizeof(Struct)));
  return missing;
}

}  // namespace headlight
