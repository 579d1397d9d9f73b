// Classification metrics of one set of predictions. All are fractions; NaN means that a figure is not defined.
#pragma once

#include <ser/eval/predictions.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace ser {

/// Counts of utterances, rows are references and columns predictions.
class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(std::size_t classes = 0) : classes_(classes), counts_(classes * classes) {}
  std::size_t classes() const { return classes_; }
  std::size_t& operator()(std::size_t reference, std::size_t predicted) {
    return counts_[reference * classes_ + predicted];
  }
  std::size_t operator()(std::size_t reference, std::size_t predicted) const {
    return counts_[reference * classes_ + predicted];
  }
  std::size_t support(std::size_t reference) const;    ///< utterances of this class
  std::size_t predicted(std::size_t predicted) const;  ///< utterances predicted as this class
  std::size_t total() const;

 private:
  std::size_t classes_;
  std::vector<std::size_t> counts_;
};

struct ClassScores {
  double precision = 0;  ///< NaN when the class is never predicted
  double recall = 0;     ///< NaN when the class is absent from the reference
  double f1 = 0;         ///< 2 hits / (support + predicted); NaN when that is 0 / 0
  std::size_t support = 0, predicted = 0;
};

struct Scores {
  std::size_t utterances = 0;
  ConfusionMatrix confusion;
  std::vector<ClassScores> classes;      ///< in the order of the table's classes
  std::size_t classes_present = 0;       ///< classes that occur in the reference; the others do not enter UAR and F1
  double unweighted_average_recall = 0;  ///< mean recall of the classes present
  double weighted_average_recall = 0;    ///< recall weighted by support: the accuracy
  double macro_f1 = 0;                   ///< mean F1 of the classes present
  double macro_f1_all_classes = 0;       ///< mean F1 of all classes of the table, 0 where undefined
  double log_loss = 0;                   ///< nats per utterance; NaN without probabilities
};

/// From counts alone; log_loss is NaN.
Scores score(const ConfusionMatrix& confusion);

/// Of rows with a reference label (others are left out), against `classes`. The log loss clips probabilities to
/// [2.2e-16, 1 - 2.2e-16] and does not renormalise (as scikit-learn does for given probabilities).
Scores score(std::span<const Prediction* const> rows, const std::vector<std::string>& classes, bool decisions_only);

/// One figure of Scores, for tables and spreads.
struct Metric {
  const char* key;    ///< "uar", as in JSON and TSV
  const char* title;  ///< "UAR", as in tables
  bool percent;       ///< shown times 100 in tables
  double Scores::*value;
};

/// UAR, WAR, macro-F1 and log loss, in the order of tables.
std::span<const Metric> metrics();

/// Mean and sample standard deviation (n - 1 in the denominator) of the values that are defined.
struct Spread {
  double mean = 0;       ///< NaN for no values
  double deviation = 0;  ///< NaN for fewer than two
  std::size_t count = 0;
};
Spread spread(std::span<const double> values);

}  // namespace ser
