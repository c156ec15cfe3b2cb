// The counting itself, one for each thread.
#pragma once

#include <algorithm>

#include "tests/fuzz/allocations.hpp"

namespace headlight::fuzz {

struct AllocationCounter {
  std::ptrdiff_t living = 0;
  Allocations allocations;

  void take(std::size_t size) {
    allocations.largest = std::max(allocations.largest, size);
    living += static_cast<std::ptrdiff_t>(size);
    allocations.peak = static_cast<std::size_t>(std::max(static_cast<std::ptrdiff_t>(allocations.peak), living));
  }
  void give_back(std::size_t size) { living -= static_cast<std::ptrdiff_t>(size); }
};

inline constinit thread_local AllocationCounter allocation_counter;

}  // namespace headlight::fuzz
