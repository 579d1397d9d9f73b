// Figures with their intervals, beside those of predictors that never heard the utterance.
#pragma once

#include <ser/eval/figures.h>
#include <ser/eval/metrics.h>
#include <ser/eval/resampling_units.h>

#include <map>
#include <string>
#include <vector>

namespace ser {

/// Says the same of every utterance of a fold.
struct ConstantPredictor {
  struct Output {
    std::vector<double> probabilities, estimate;  ///< [class], [dimension]
  };
  std::map<std::string, Output> of_fold;
  bool from_training = false;  ///< otherwise made from the scored rows themselves, an oracle
};

struct FigureEstimate {
  FigureName name;
  Spread seeds;       ///< pooled over folds for each seed: `seeds.mean` is the figure to quote
  Interval interval;  ///< of that mean; not defined where all units agree
  double baseline = std::numeric_limits<double>::quiet_NaN();  ///< of the training mean (for classes: priors)
  double uniform = std::numeric_limits<double>::quiet_NaN();   ///< of equal probabilities, where it means something
  double gain = std::numeric_limits<double>::quiet_NaN();      ///< figure - baseline on the same utterances
  Interval gain_interval;
  double skill = std::numeric_limits<double>::quiet_NaN();  ///< gain / (best value - baseline): 1 perfect, 0 baseline
  Interval skill_interval;
};

/// `rows` are those of one task. With several seeds the statistic is the mean of the seeds' figures, and a draw takes
/// the same speakers for all of them: the interval tells what other speakers would change, the spread over seeds what
/// other seeds would.
std::vector<FigureEstimate> estimate_figures(const PredictionTable& table, const PredictionRows& rows,
                                             const ResamplingUnits& units, const ConstantPredictor& baseline,
                                             const IntervalOptions& options, int threads = 1);

/// The sums of each unit, the seeds in ascending order side by side: [unit, seeds x width]. Without `predictor` the
/// rows' own scores are summed.
UnitSums unit_sums(const PredictionRows& rows, const ResamplingUnits& units, const FigureSet& set,
                   const ConstantPredictor* predictor = nullptr);
/// The mean of the seeds' figures from such sums.
Statistic mean_over_seeds(const FigureSet& set, std::size_t seeds);
/// Sums of the seeds side by side, averaged: [unit, width].
UnitSums mean_over_seeds(const UnitSums& sums, std::size_t seeds);
std::size_t count_seeds(const PredictionRows& rows);

}  // namespace ser
