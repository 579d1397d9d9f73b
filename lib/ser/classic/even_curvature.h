// Features that vary together make the loss of a linear model steep along a few directions and flat along the rest,
// and L-BFGS slow. Here are those directions, and coordinates in which they are no steeper than the others.
#pragma once

#include <ser/base/matrix.h>

#include <span>
#include <vector>

namespace ser {

/// Leading eigenvectors of the weighted second moments A = sum_i w_i x_i x_i^T / sum_i w_i, approximately: two rounds
/// of subspace iteration from random columns, then Rayleigh and Ritz (Halko, Martinsson and Tropp 2011, algorithms 4.4
/// and 5.3), at the cost of two evaluations of a loss with `count` outputs. Always the same draws.
struct SteepDirections {
  Matrix vectors;              ///< [count, features], orthonormal rows
  std::vector<double> values;  ///< descending
};
SteepDirections steep_directions(const Matrix& x, std::span<const double> weights, std::size_t count, int threads);

/// How many pay for themselves in a fit: 64, fewer where rows or columns are few.
std::size_t useful_directions(const Matrix& x);

/// The change of coordinates W = V T for coefficients [rows, features], where
///   T = I + U^T (diag(s) - I) U,  s_i^2 = (curvature a_r + penalty) / (curvature a_i + penalty)
/// with U, a the r directions and their values: the preconditioner of Frangella, Tropp and Udell (2023) for a function
/// whose second derivative is about curvature A + penalty I. T is symmetric, so gradients change as coefficients do.
/// An optimum is the same in any coordinates, so directions of similar data do too.
class EvenCurvature {
 public:
  /// Keeps a reference to `directions`.
  EvenCurvature(const SteepDirections& directions, double curvature, double penalty);
  /// V T in place.
  void apply(std::span<double> coefficients) const { scale(coefficients, scales_); }
  /// V T^-1 in place.
  void apply_inverse(std::span<double> coefficients) const { scale(coefficients, inverse_scales_); }

 private:
  void scale(std::span<double> coefficients, const std::vector<double>& scales) const;
  const Matrix& vectors_;
  std::vector<double> scales_, inverse_scales_;
};

}  // namespace ser
