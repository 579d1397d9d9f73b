// What logistic regression and the linear SVM learn: one row of coefficients per class, or one row for two classes.
#pragma once

#include <ser/base/matrix.h>
#include <ser/store/tensors.h>

#include <string>
#include <vector>

namespace ser {

/// Two classes have one row, that of present[1]; a positive decision value speaks for it (scikit-learn's convention).
struct LinearModel {
  int classes = 0;           ///< of the label space
  std::vector<int> present;  ///< those seen in training, ascending
  std::size_t features = 0;
  std::vector<double> coefficients;  ///< [rows, features]
  std::vector<double> intercepts;    ///< [rows]

  std::size_t rows() const { return intercepts.size(); }
  bool fitted() const { return !intercepts.empty(); }
};

/// [utterances * rows] decision values x W^T + b, in double. Throws DataError when the number of features differs.
std::vector<double> decision_values(const LinearModel& model, const Matrix& x);

/// [utterances, classes]: softmax of the decision values, for one row the logistic function; 0 for classes not seen in
/// training.
Matrix decision_probabilities(const LinearModel& model, const Matrix& x);

/// Tensors "coefficients" [rows, features], "intercepts" [rows], "present" and "classes", exact.
TensorMap save_linear_model(const LinearModel& model);
/// Throws DataError for missing or contradictory tensors.
LinearModel load_linear_model(const TensorMap& tensors, const std::string& learner);

}  // namespace ser
