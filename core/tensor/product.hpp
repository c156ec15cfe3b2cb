// Matrix products: OpenBLAS with one thread a piece, the pieces on our own pool.
#pragma once

#include <cstddef>

#include "core/base/thread_pool.hpp"

namespace headlight {

// A matrix in memory: element (row, column) stands at row * stride + column, or column * stride + row when transposed.
template <typename T>
struct MatrixRef {
  const T* data = nullptr;
  size_t stride = 0;
  bool transposed = false;
};

enum class Accumulate { no, yes };

// c [m, n] = (or +=) factor * a [m, k] b [k, n]. c must not overlap a or b. One thread.
template <typename T>
void product(size_t m, size_t n, size_t k, T factor, MatrixRef<T> a, MatrixRef<T> b, T* c, size_t c_stride, Accumulate accumulate);

// The same on all threads of the pool: cut along the longer side of c.
template <typename T>
void product(ThreadPool& pool, size_t m, size_t n, size_t k, MatrixRef<T> a, MatrixRef<T> b, T* c, size_t c_stride,
             Accumulate accumulate = Accumulate::no);

// Makes OpenBLAS take its buffers for every thread of the pool now; returns their bytes. A process that limits its memory calls
// this first: OpenBLAS waits for ever for a buffer that it cannot have.
size_t reserve_product_memory(ThreadPool& pool);

}  // namespace headlight
