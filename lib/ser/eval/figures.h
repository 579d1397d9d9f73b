// Figures that follow from sums over utterances: the one interface through which scores, intervals, comparisons and
// fairness see a metric. A family of metrics is one file and one line in figure_sets().
#pragma once

#include <ser/eval/predictions.h>

#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ser {

/// What a figure is called and how it reads.
struct FigureName {
  std::string key;    ///< "uar", "ccc_arousal": as in JSON and TSV
  std::string title;  ///< "UAR", "CCC arousal": as in tables
  bool percent = true;
  bool higher_is_better = true;
  double least = 0, most = 1;     ///< values it can have
  bool of_probabilities = false;  ///< depends on them beyond the decision: equal ones have a value too
};

/// What was predicted for one utterance.
struct PredictedScores {
  std::span<const double> probabilities;  ///< [class]; empty in a table of dimensions only
  std::span<const double> estimate;       ///< [dimension]; empty without dimensions
};

class FigureSet {
 public:
  virtual ~FigureSet() = default;
  virtual const std::vector<FigureName>& names() const = 0;
  /// Numbers that are summed over utterances.
  virtual std::size_t width() const = 0;
  /// Adds one utterance to `sums` [width]; one without the reference that is needed adds nothing. `scores` stand in for
  /// the row's own probabilities and estimates (a predictor that is compared with the model).
  virtual void add(const Prediction& row, const PredictedScores& scores, std::span<double> sums) const = 0;
  /// The figures [names] of such sums; NaN where one is not defined.
  virtual void figures(std::span<const double> sums, std::span<double> figures) const = 0;
};

constexpr double unlimited = std::numeric_limits<double>::infinity();

/// UAR, WAR, macro-F1, weighted F1, top-k accuracies (k = 2, 3, 5 where there are more classes), log loss, Brier score
/// of tables with classes. The last two, and top-k, need probabilities.
std::unique_ptr<FigureSet> class_figures(const PredictionTable& table);
/// Chebyshev, Clark, Canberra, Kullback-Leibler, cosine and intersection of tables with distributions.
std::unique_ptr<FigureSet> distribution_figures(const PredictionTable& table);
/// CCC, Pearson, MAE and RMSE of each dimension, and the mean CCC.
std::unique_ptr<FigureSet> dimension_figures(const PredictionTable& table);

/// All figures that the table has the columns for, side by side, the classes first.
std::unique_ptr<FigureSet> figure_sets(const PredictionTable& table);

}  // namespace ser
