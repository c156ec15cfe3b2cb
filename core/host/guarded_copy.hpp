// Numbers that are shown to a plugin so that it cannot touch them: in read-only pages, with an unreadable page right behind the last
// number and another before. Who writes into them, or reads beyond them, dies of it, and that is the point.
#pragma once

#include <cstddef>
#include <span>

namespace headlight {

class GuardedCopy {
 public:
  GuardedCopy() = default;
  ~GuardedCopy();
  GuardedCopy(const GuardedCopy&) = delete;
  GuardedCopy& operator=(const GuardedCopy&) = delete;

  // The same numbers; valid until the next call.
  const float* show(std::span<const float> values);

 private:
  std::byte* pages_ = nullptr;  // a guard page, n_inner_ bytes, a guard page
  size_t n_inner_ = 0;          // bytes
};

}  // namespace headlight
