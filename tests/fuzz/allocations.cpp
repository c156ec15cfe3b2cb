// operator new that remembers the largest request, so that a test can hold readers to what an input's size allows for.
#include "tests/fuzz/allocations.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

namespace headlight::fuzz {
namespace {
thread_local std::size_t largest = 0;
}

std::size_t take_largest_allocation() { return std::exchange(largest, 0); }

}  // namespace headlight::fuzz

void* operator new(std::size_t size) {
  headlight::fuzz::largest = std::max(headlight::fuzz::largest, size);
  if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  headlight::fuzz::largest = std::max(headlight::fuzz::largest, size);
  return std::malloc(size > 0 ? size : 1);
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new[](std::size_t size, const std::nothrow_t& no_throw) noexcept { return operator new(size, no_throw); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
