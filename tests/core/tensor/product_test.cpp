#include "core/tensor/product.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/base/random.hpp"

namespace headlight {
namespace {

template <typename T>
T at(MatrixRef<T> matrix, size_t row, size_t column) {
  return matrix.transposed ? matrix.data[column * matrix.stride + row] : matrix.data[row * matrix.stride + column];
}

template <typename T>
class Product : public testing::Test {};
using Numbers = testing::Types<float, double>;
TYPED_TEST_SUITE(Product, Numbers);

// The triple loop stays as the oracle.
TYPED_TEST(Product, EqualsTheTripleLoopForEveryShapeAndThreadCount) {
  using T = TypeParam;
  Random random(1);
  for (const int n_threads : {1, 3}) {
    ThreadPool pool(n_threads);
    for (const auto& [m, n, k] : std::vector<std::array<size_t, 3>>{{1, 1, 1}, {1, 40, 7}, {40, 1, 7}, {33, 65, 17}, {100, 24, 96}, {3, 5, 0}}) {
      for (const int transposed : {0, 1, 2, 3}) {
        std::vector<T> a(m * k + 1), b(k * n + 1), c(m * n, T{1}), expected(m * n, T{1});
        for (T& v : a) v = static_cast<T>(random.normal());
        for (T& v : b) v = static_cast<T>(random.normal());
        const MatrixRef<T> a_ref{a.data(), transposed & 1 ? m : k, bool(transposed & 1)};
        const MatrixRef<T> b_ref{b.data(), transposed & 2 ? k : n, bool(transposed & 2)};
        for (size_t i = 0; i < m; ++i)
          for (size_t j = 0; j < n; ++j)
            for (size_t l = 0; l < k; ++l) expected[i * n + j] += at(a_ref, i, l) * at(b_ref, l, j);
        product(pool, m, n, k, a_ref, b_ref, c.data(), n, Accumulate::yes);
        for (size_t i = 0; i < m * n; ++i) EXPECT_NEAR(c[i], expected[i], 1e-4) << m << "x" << n << "x" << k;
      }
    }
  }
}

}  // namespace
}  // namespace headlight
