// What a model is, whatever files it comes in.
#pragma once

#include <string>

#include "core/checkpoint/tensor_store.hpp"

namespace headlight {

// XXH3-128 over every tensor's name, dtype, shape and bytes, in the order of the names: the same for one file and for
// shards, and for any order in the file. Reads all bytes once.
std::string fingerprint_of(const TensorStore& store);

}  // namespace headlight
