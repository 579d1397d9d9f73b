// Wide data (many more features than utterances) in coordinates of their own row space: an orthonormal change of basis,
// under which linear models with an L2 penalty have the same optimum, at a fraction of the cost.
#pragma once

#include <ser/base/matrix.h>

#include <optional>
#include <span>
#include <vector>

namespace ser {

/// By a Cholesky factorisation with pivoting of the Gram matrix X X^T (Higham 2002, section 10.3), in double. With r
/// the rank of X, X = L R with R [r, features] orthonormal rows; rows of L are the utterances in r coordinates.
class RowSpace {
 public:
  /// Keeps a reference to `x`.
  explicit RowSpace(const Matrix& x);
  /// Nothing where it does not pay: fewer features per utterance than that (the time grows with the third power of the
  /// number of utterances), or all features 0.
  static std::optional<RowSpace> of_wide(const Matrix& x, std::size_t features_per_utterance);

  /// [utterances, rank]
  const Matrix& coordinates() const { return coordinates_; }
  /// Coefficients [rows, features] of those over coordinates, [rows, rank].
  std::vector<double> expand(std::span<const double> coefficients) const;
  /// The inverse of expand() for coefficients within the row space; what lies outside it is dropped.
  std::vector<double> reduce(std::span<const double> coefficients) const;

 private:
  std::size_t rank() const { return pivots_.size(); }
  const Matrix& x_;
  std::vector<std::size_t> pivots_;  // utterances that span the row space
  std::vector<double> factor_;       // [rank, rank], lower triangular: the pivots' rows of L
  Matrix coordinates_;
};

}  // namespace ser
