#include "core/tensor/product.hpp"

#include <cblas.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace headlight {
namespace {

CBLAS_TRANSPOSE flag(bool transposed) { return transposed ? CblasTrans : CblasNoTrans; }
blasint width(size_t n) { return static_cast<blasint>(std::max<size_t>(n, 1)); }

void gemm(size_t m, size_t n, size_t k, float factor, MatrixRef<float> a, MatrixRef<float> b, float beta, float* c, size_t ldc) {
  cblas_sgemm(CblasRowMajor, flag(a.transposed), flag(b.transposed), width(m), width(n), width(k), factor, a.data, width(a.stride), b.data,
              width(b.stride), beta, c, width(ldc));
}

void gemm(size_t m, size_t n, size_t k, double factor, MatrixRef<double> a, MatrixRef<double> b, double beta, double* c, size_t ldc) {
  cblas_dgemm(CblasRowMajor, flag(a.transposed), flag(b.transposed), width(m), width(n), width(k), factor, a.data, width(a.stride), b.data,
              width(b.stride), beta, c, width(ldc));
}

// BLAS's own threads would fight with ours for the cores.
const bool kOneThread = (openblas_set_num_threads(1), true);

template <typename T>
MatrixRef<T> rows_from(MatrixRef<T> matrix, size_t row) {
  return {matrix.data + row * (matrix.transposed ? 1 : matrix.stride), matrix.stride, matrix.transposed};
}

template <typename T>
MatrixRef<T> columns_from(MatrixRef<T> matrix, size_t column) {
  return {matrix.data + column * (matrix.transposed ? matrix.stride : 1), matrix.stride, matrix.transposed};
}

constexpr size_t kSmallestPiece = 16;  // rows or columns worth a thread

}  // namespace

template <typename T>
void product(size_t m, size_t n, size_t k, T factor, MatrixRef<T> a, MatrixRef<T> b, T* c, size_t c_stride, Accumulate accumulate) {
  if (m == 0 || n == 0) return;
  if (k == 0) {
    if (accumulate == Accumulate::no)
      for (size_t row = 0; row < m; ++row) std::fill_n(c + row * c_stride, n, T{0});
    return;
  }
  gemm(m, n, k, factor, a, b, accumulate == Accumulate::yes ? T{1} : T{0}, c, c_stride);
}

template <typename T>
void product(ThreadPool& pool, size_t m, size_t n, size_t k, MatrixRef<T> a, MatrixRef<T> b, T* c, size_t c_stride, Accumulate accumulate) {
  const bool by_rows = m >= n;
  const size_t side = by_rows ? m : n;
  const size_t n_pieces = std::clamp<size_t>(side / kSmallestPiece, 1, static_cast<size_t>(pool.n_threads()));
  pool.parallel_for(n_pieces, [&](size_t piece) {
    const size_t begin = side * piece / n_pieces, size = side * (piece + 1) / n_pieces - begin;
    if (by_rows)
      product(size, n, k, T{1}, rows_from(a, begin), b, c + begin * c_stride, c_stride, accumulate);
    else
      product(m, size, k, T{1}, a, columns_from(b, begin), c + begin, c_stride, accumulate);
  });
}

size_t reserve_product_memory(ThreadPool& pool) {
  constexpr size_t kBuffer = size_t{136} << 20;  // of one thread, with what the system adds
  constexpr size_t kSide = 256;                  // large enough to need a buffer
  const auto n_threads = static_cast<size_t>(pool.n_threads());
  std::atomic<size_t> arrived{0};
  pool.parallel_for(n_threads, [&](size_t) {
    std::vector<float> a(kSide * kSide, 1.0f), c(kSide * kSide);
    const MatrixRef<float> square{a.data(), kSide, false};
    for (size_t round = 1; round <= 4; ++round) {
      ++arrived;
      while (arrived < round * n_threads) std::this_thread::yield();  // all at once, so that each thread takes a buffer of its own
      product(kSide, kSide, kSide, 1.0f, square, square, c.data(), kSide, Accumulate::no);
    }
  });
  return n_threads * kBuffer;
}

#define HEADLIGHT_INSTANTIATE(T)                                                                                           \
  template void product<T>(size_t, size_t, size_t, T, MatrixRef<T>, MatrixRef<T>, T*, size_t, Accumulate);                 \
  template void product<T>(ThreadPool&, size_t, size_t, size_t, MatrixRef<T>, MatrixRef<T>, T*, size_t, Accumulate);
HEADLIGHT_INSTANTIATE(float)
HEADLIGHT_INSTANTIATE(double)

}  // namespace headlight
