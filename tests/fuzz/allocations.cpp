// operator new that counts, for the ordinary test.
#include "tests/fuzz/allocations.hpp"

#include <malloc.h>

#include <cstdlib>
#include <new>

#include "tests/fuzz/allocation_counter.hpp"

namespace {

using headlight::fuzz::allocation_counter;

void* counted(std::size_t size) {
  void* memory = std::malloc(size > 0 ? size : 1);
  if (memory) allocation_counter.take(::malloc_usable_size(memory));
  return memory;
}

void give_back(void* memory) {
  if (memory) allocation_counter.give_back(::malloc_usable_size(memory));
  std::free(memory);
}

}  // namespace

namespace headlight::fuzz {
void start_counting_allocations() { allocation_counter = {}; }
Allocations counted_allocations() { return allocation_counter.allocations; }
}  // namespace headlight::fuzz

void* operator new(std::size_t size) {
  if (void* memory = counted(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new[](std::size_t size, const std::nothrow_t& no_throw) noexcept { return operator new(size, no_throw); }
void operator delete(void* memory) noexcept { give_back(memory); }
void operator delete[](void* memory) noexcept { give_back(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { give_back(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { give_back(memory); }
void operator delete(void* memory, std::size_t) noexcept { give_back(memory); }
void operator delete[](void* memory, std::size_t) noexcept { give_back(memory); }
