#include "core/tensor/eigenvalues.hpp"

#include <cblas.h>

#include <string>

#include "core/base/error.hpp"

// Debian's OpenBLAS holds LAPACK without its header.
extern "C" void dgeev_(const char* left, const char* right, const blasint* n, double* a, const blasint* lda, double* real, double* imaginary,
                       double* vl, const blasint* ldvl, double* vr, const blasint* ldvr, double* work, const blasint* n_work, blasint* info);

namespace headlight {

std::vector<std::complex<double>> eigenvalues(std::vector<double> matrix, size_t n) {
  if (n == 0) return {};
  const auto order = static_cast<blasint>(n), one = blasint{1}, n_work = 4 * order;
  std::vector<double> real(n), imaginary(n), work(static_cast<size_t>(n_work));
  double unused = 0;
  blasint info = 0;
  dgeev_("N", "N", &order, matrix.data(), &order, real.data(), imaginary.data(), &unused, &one, &unused, &one, work.data(), &n_work, &info);
  if (info != 0) throw Error(ErrorCode::internal, "the eigenvalues of a matrix of " + std::to_string(n) + " rows do not settle (dgeev: " + std::to_string(info) + ")");
  std::vector<std::complex<double>> values(n);
  for (size_t i = 0; i < n; ++i) values[i] = {real[i], imaginary[i]};
  return values;
}

}  // namespace headlight
