#include "core/host/guarded_copy.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <new>

namespace headlight {
namespace {

size_t page() {
  static const auto size = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

}  // namespace

GuardedCopy::~GuardedCopy() {
  if (pages_) ::munmap(pages_, n_inner_ + 2 * page());
}

const float* GuardedCopy::show(std::span<const float> values) {
  const size_t n_bytes = values.size_bytes();
  if (!pages_ || n_bytes > n_inner_) {
    if (pages_) ::munmap(pages_, n_inner_ + 2 * page());
    n_inner_ = (n_bytes + page() - 1) / page() * page();
    void* const mapped = ::mmap(nullptr, n_inner_ + 2 * page(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) {
      pages_ = nullptr;
      throw std::bad_alloc();
    }
    pages_ = static_cast<std::byte*>(mapped);
  }
  std::byte* const inner = pages_ + page();
  // Pages count as memory once they can be written: none may be left.
  if (n_inner_ > 0 && ::mprotect(inner, n_inner_, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
  std::memset(inner, 0xff, n_inner_ - n_bytes);  // NaN before the first number
  std::byte* const begin = inner + n_inner_ - n_bytes;
  if (n_bytes > 0) std::memcpy(begin, values.data(), n_bytes);
  if (n_inner_ > 0) ::mprotect(inner, n_inner_, PROT_READ);
  return reinterpret_cast<const float*>(begin);
}

}  // namespace headlight
