// Buffer owns numbers (64-byte aligned), TensorView looks at them.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <span>

namespace headlight {

// Memory that is reused: resize keeps the allocation when it is large enough, and the content is then undefined.
template <typename T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t n) { resize(n); }

  void resize(size_t n) {
    if (n > capacity_) {
      memory_.reset();
      memory_.reset(static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t{64})));
      capacity_ = n;
    }
    size_ = n;
  }
  void fill(T value) {
    for (size_t i = 0; i < size_; ++i) memory_.get()[i] = value;
  }

  size_t size() const { return size_; }
  T* data() { return memory_.get(); }
  const T* data() const { return memory_.get(); }
  T& operator[](size_t i) { return memory_.get()[i]; }
  const T& operator[](size_t i) const { return memory_.get()[i]; }
  std::span<T> span() { return {data(), size_}; }
  std::span<const T> span() const { return {data(), size_}; }

 private:
  struct Free {
    void operator()(T* pointer) const { ::operator delete(pointer, std::align_val_t{64}); }
  };
  std::unique_ptr<T, Free> memory_;
  size_t size_ = 0, capacity_ = 0;
};

// Row-major, contiguous.
template <typename T, size_t Rank>
struct TensorView {
  T* data = nullptr;
  std::array<size_t, Rank> shape{};

  size_t size() const {
    size_t n = 1;
    for (const size_t extent : shape) n *= extent;
    return n;
  }
  template <typename... Index>
  T& operator()(Index... index) const {
    static_assert(sizeof...(Index) == Rank);
    size_t offset = 0, axis = 0;
    ((offset = offset * shape[axis++] + static_cast<size_t>(index)), ...);
    return data[offset];
  }
};

}  // namespace headlight
