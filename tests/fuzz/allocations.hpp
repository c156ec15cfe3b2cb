// What is allocated while an input is read, for holding readers to what its size allows for. Whoever builds the targets brings the counting:
// allocations.cpp (operator new, for the ordinary test) or sanitizer_allocations.cpp (every malloc, for libFuzzer).
#pragma once

#include <cstddef>

namespace headlight::fuzz {

// Of this thread, in bytes.
struct Allocations {
  std::size_t largest = 0;  // at once
  std::size_t peak = 0;     // of all that lived together
};

void start_counting_allocations();
Allocations counted_allocations();  // since then

}  // namespace headlight::fuzz
