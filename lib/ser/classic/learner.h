// The interface of learners for fixed-length vectors. A learner is one file and one line in learner_registry().
#pragma once

#include <ser/base/matrix.h>
#include <ser/config/option_table.h>
#include <ser/store/tensors.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ser {

/// Training data of one cell, standardised already.
struct TrainingSet {
  Matrix x;                     ///< [utterances, features]
  std::vector<int> y;           ///< class indices
  int classes = 0;              ///< number of classes of the label space; some may be absent from y
  std::vector<double> weights;  ///< one per utterance; empty: all 1
  Matrix x_dev;                 ///< for learners that stop early; no rows: there is none. Never the test part
  std::vector<int> y_dev;
};

struct FitContext {
  std::uint64_t seed = 42;
  int threads = 1;
};

class Learner {
 public:
  virtual ~Learner() = default;
  virtual std::string name() const = 0;
  /// Whether fit() watches TrainingSet::x_dev; for the others the dev part may belong to training.
  virtual bool uses_dev() const { return false; }
  /// Whether fit() takes TrainingSet::weights.
  virtual bool uses_weights() const { return true; }
  /// Whether learners of this kind can fit at the same time; where they wait for each other, more threads only hold
  /// more memory.
  virtual bool fits_concurrently() const { return true; }
  /// Registers the learner's options (bound to this object).
  virtual void describe(OptionTable& table) = 0;
  /// Fits from scratch, or from the current weights where that is faster and ends at the same optimum (warm start along
  /// a grid). Throws DataError for data it cannot learn from (one class only), naming the reason.
  virtual void fit(const TrainingSet& data, const FitContext& context) = 0;
  /// [utterances, classes]; rows sum to 1. A class absent from training gets probability 0.
  virtual Matrix predict(const Matrix& x) const = 0;
  /// Weights by name, for the bundle, and back.
  virtual TensorMap save() const = 0;
  virtual void load(const TensorMap& tensors) = 0;
};

using LearnerFactory = std::function<std::unique_ptr<Learner>()>;

/// Values of one of a learner's own options by key, as on the command line. Throws UsageError for unknown keys.
void set_learner_option(Learner& learner, const std::string& key, const std::vector<std::string>& values);

/// Learners by name: "logreg", "svm" here, "mlp" from the tensor module (loaded when asked for).
std::map<std::string, LearnerFactory> learner_registry();
/// Throws UsageError for an unknown name.
std::unique_ptr<Learner> make_learner(const std::string& name);
std::vector<std::string> learner_names();

}  // namespace ser
