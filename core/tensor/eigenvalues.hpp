// Eigenvalues of small square matrices that need not be symmetric: LAPACK, as OpenBLAS brings it.
#pragma once

#include <complex>
#include <cstddef>
#include <vector>

namespace headlight {

// Of a matrix [n, n], in no order; the transpose has the same. Throws Error{internal} where the iteration does not settle.
std::vector<std::complex<double>> eigenvalues(std::vector<double> matrix, size_t n);

}  // namespace headlight
