// Multilayer perceptron on fixed-length vectors: the learner "mlp".
#pragma once

#include <ser/classic/learner.h>
#include <ser/classic/mlp_options.h>

#include <vector>

namespace ser {

/// y = x W^T + b; W [outputs, inputs].
struct DenseLayer {
  Matrix weight;
  std::vector<float> bias;
};

/// Linear and ReLU per hidden layer, then softmax; Adam on the class-weighted cross entropy. The L2 penalty is on
/// weights, not biases. With a dev part in the training set it stops early and keeps the epoch of the best UAR on dev
/// (the earliest of several); without one all epochs run. Always fits from scratch.
///
/// Deterministic: initial weights (Glorot uniform, as scikit-learn), batches and dropout are keyed by (seed, epoch,
/// step); torch's global generator is not used. Same seed and number of threads, same bits.
class Mlp : public Learner {
 public:
  std::string name() const override { return "mlp"; }
  bool uses_dev() const override { return true; }
  void describe(OptionTable& table) override { describe_options(table, options_); }
  void fit(const TrainingSet& data, const FitContext& context) override;
  Matrix predict(const Matrix& x) const override;
  /// "layer<i>.weight" [outputs, inputs], "layer<i>.bias", float32; "present" and "classes".
  TensorMap save() const override;
  void load(const TensorMap& tensors) override;

  int epochs_run() const { return epochs_run_; }

 private:
  MlpOptions options_;
  std::vector<DenseLayer> layers_;
  std::vector<int> present_;
  int classes_ = 0;
  int epochs_run_ = 0;
};

}  // namespace ser
