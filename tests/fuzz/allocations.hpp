// The largest allocation, for tests that bound it.
#pragma once

#include <cstddef>

namespace headlight::fuzz {

// Bytes of the largest allocation of this thread since it was last asked.
std::size_t take_largest_allocation();

}  // namespace headlight::fuzz
