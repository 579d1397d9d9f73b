// Linear support vector machine through liblinear.
#pragma once

#include <ser/classic/learner.h>
#include <ser/classic/linear_model.h>

namespace ser {

struct SvmOptions {
  double c = 1;
  std::string class_weight = "balanced";
  double tolerance = 1e-4;
};
void describe_options(OptionTable& table, SvmOptions& options);

/// The objective of scikit-learn's LinearSVC, per class against the rest (two classes: one row):
///   0.5 (||w||^2 + b^2) + C sum_i w_i max(0, 1 - y_i f(x_i))^2
/// Class weights are liblinear's: with three classes and more they weigh the positives of a row only. As scikit-learn's
/// dual="auto" does, solved in the primal (trust region Newton) where there are more utterances than features, else in
/// the dual (coordinate descent, always the same draws); wide data in the coordinates of their row space. Fits of
/// several threads wait for each other. Utterance weights other than 1 are a UsageError, since liblinear has none.
/// Warns when liblinear gave up at its fixed 1000 iterations.
///
/// predict() gives the softmax of the decision values: rows sum to 1 and the largest one is the decision, but they are
/// not calibrated probabilities.
class LinearSvm : public Learner {
 public:
  explicit LinearSvm(SvmOptions options = {}) : options_(std::move(options)) {}
  std::string name() const override { return "svm"; }
  bool uses_weights() const override { return false; }
  bool fits_concurrently() const override { return false; }
  void describe(OptionTable& table) override { describe_options(table, options_); }
  void fit(const TrainingSet& data, const FitContext& context) override;
  Matrix predict(const Matrix& x) const override;
  TensorMap save() const override;
  void load(const TensorMap& tensors) override;

  const LinearModel& model() const { return model_; }

 private:
  SvmOptions options_;
  LinearModel model_;
};

}  // namespace ser
