#pragma once

#include <complex>
#include <cstddef>
#include <span>

namespace ser {

inline constexpr std::size_t highest_polynomial_degree = 32;

/// All roots of z^n + c_0 z^(n-1) + ... + c_(n-1) with real coefficients, by Laguerre's method with deflation, each
/// root then refined on the whole polynomial. roots: [n], n at most 32; complex roots come in conjugate pairs.
void polynomial_roots(std::span<const double> coefficients, std::span<std::complex<double>> roots);

}  // namespace ser
