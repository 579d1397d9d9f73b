// Loss and gradient of (multinomial) logistic regression over all rows, in one pass over the data.
#pragma once

#include <ser/base/matrix.h>

#include <span>
#include <vector>

namespace ser {

/// scikit-learn's objective divided by C and the sum of weights S, so that tolerances mean the same:
///   f(W, b) = 1/S sum_i w_i loss_i + ||W||^2 / (2 C S)
/// With K >= 3 classes loss is the cross entropy of a softmax with K rows of W; with two it is ln(1 + exp(-y f)) of one
/// row, y = +1 for class 1. The intercepts b are not penalised.
struct SoftmaxProblem {
  const Matrix& x;                     ///< [utterances, features]
  const std::vector<int>& y;           ///< 0 to classes - 1, each present
  const std::vector<double>& weights;  ///< [utterances], sum above 0
  int classes = 0;
  double c = 1;
  int threads = 1;

  std::size_t score_rows() const { return classes == 2 ? 1 : static_cast<std::size_t>(classes); }
  /// Length of the parameter vector: score_rows() rows of W, then as many intercepts.
  std::size_t size() const { return score_rows() * (x.columns + 1); }
  /// Second derivative of the penalty, 1 / (C S): f is convex at least by so much along W.
  double penalty_curvature() const;
  /// Second derivative of the loss of one row along its scores, about: p (1 - p) where all classes are equally likely.
  double data_curvature() const { return (1.0 - 1.0 / classes) / classes; }
};

enum class Precision { single, dual };

/// Value of f; fills the gradient (same layout as the parameters). The products are computed in float or double; sums
/// over rows are in double. The result does not depend on the number of threads.
double softmax_loss(const SoftmaxProblem& problem, std::span<const double> parameters, std::span<double> gradient,
                    Precision precision);

}  // namespace ser
