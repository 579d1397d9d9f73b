// Multinomial logistic regression with an L2 penalty.
#pragma once

#include <ser/classic/even_curvature.h>
#include <ser/classic/learner.h>
#include <ser/classic/linear_model.h>
#include <ser/classic/minimise.h>

namespace ser {

struct LogregOptions {
  double c = 1;
  std::string class_weight = "balanced";
  double tolerance = 1e-4;
  int max_iterations = 1000;
};
void describe_options(OptionTable& table, LogregOptions& options);

/// Minimises scikit-learn's LogisticRegression objective C sum_i w_i loss_i + 0.5 ||W||^2 (intercepts free) by L-BFGS,
/// from the current weights when there are some for the same classes and features. Divided by C sum_i w_i, as
/// scikit-learn does, the gradient's largest component ends at or below `tolerance`, and beyond what scikit-learn asks
/// the objective must have stopped falling (StoppingRule in logreg.cpp). Data with at least eight features per
/// utterance are solved in the coordinates of their row space, large problems in coordinates of even curvature; both
/// leave the optimum where it is. Warns when max_iterations was met first.
class LogisticRegression : public Learner {
 public:
  explicit LogisticRegression(LogregOptions options = {}) : options_(std::move(options)) {}
  std::string name() const override { return "logreg"; }
  void describe(OptionTable& table) override { describe_options(table, options_); }
  void fit(const TrainingSet& data, const FitContext& context) override;
  Matrix predict(const Matrix& x) const override;
  TensorMap save() const override;
  void load(const TensorMap& tensors) override;

  const LinearModel& model() const { return model_; }
  /// Of the last fit; its value is that of scikit-learn's objective divided by C sum_i w_i.
  const MinimiseResult& last_fit() const { return last_fit_; }

 private:
  LogregOptions options_;
  LinearModel model_;
  SteepDirections directions_;  // kept along a path of warm starts
  MinimiseResult last_fit_;
};

}  // namespace ser
