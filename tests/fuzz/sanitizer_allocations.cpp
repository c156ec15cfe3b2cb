// Counts every malloc and free of the program, those of C libraries too, by the address sanitizer's hooks.
#include <sanitizer/allocator_interface.h>

#include "tests/fuzz/allocation_counter.hpp"

namespace headlight::fuzz {
namespace {

void on_malloc(const volatile void*, std::size_t size) { allocation_counter.take(size); }
void on_free(const volatile void* memory) {
  if (memory) allocation_counter.give_back(__sanitizer_get_allocated_size_fast(const_cast<const void*>(memory)));
}

const int kInstalled = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);

}  // namespace

void start_counting_allocations() {
  if (kInstalled == 0) __builtin_trap();
  allocation_counter = {};
}
Allocations counted_allocations() { return allocation_counter.allocations; }

}  // namespace headlight::fuzz
