// Is one system better than another on the same utterances?
#pragma once

#include <ser/corpus/manifest.h>
#include <ser/eval/evaluation.h>
#include <ser/eval/prediction_source.h>

#include <span>
#include <string>
#include <vector>

namespace ser {

struct ComparisonOptions {
  IntervalOptions intervals;
  std::string metric = "auto";
};
void describe_options(OptionTable& table, ComparisonOptions& options);

/// One figure of both systems. `difference` is b - a; the interval is of the paired bootstrap or jackknife: both
/// systems are resampled with the same speakers.
struct PairedFigure {
  FigureName name;
  double a = 0, b = 0, difference = 0;
  Interval interval;
  double p = std::numeric_limits<double>::quiet_NaN();  ///< of swap_test() by the same units
};

/// Decisions that differ. With several seeds a system decides by its mean probabilities.
struct McNemar {
  std::size_t both = 0, only_a = 0, only_b = 0, neither = 0;  ///< utterances that are right
  double p = std::numeric_limits<double>::quiet_NaN();        ///< exact, two-sided; takes utterances as independent
};

struct Comparison {
  std::string a, b;            ///< names of the systems, without the folders that all share
  std::string task_a, task_b;  ///< Task::title()
  std::size_t utterances = 0;  ///< that both have
  std::size_t seeds_a = 0, seeds_b = 0;
  std::vector<PairedFigure> figures;
  std::size_t headline = 0;  ///< the figure that the verdict is about
  McNemar mcnemar;
  Resampling resampling;
  double p_holm = std::numeric_limits<double>::quiet_NaN();  ///< of the headline, over all comparisons of the call
  enum class Outcome { a_better, b_better, doubtful, not_shown } outcome = Outcome::not_shown;
  std::string verdict;  ///< one sentence
  std::vector<Note> notes;

  const PairedFigure& headline_figure() const { return figures[headline]; }
};

/// Every pair of systems, task by task (of the same title; whatever their titles where both have one task). With
/// several seeds a figure is the mean of the seeds' figures, all seeds of both systems see the same speakers in each
/// draw, and the permutation test swaps sums averaged over seeds. Classes are put into the order of the first system.
/// Throws DataError where references differ, classes differ, or nothing is common; UsageError for an unknown metric.
std::vector<Comparison> compare(std::vector<PredictionSource> systems, std::span<const Manifest> manifests,
                                const std::string& part, const ComparisonOptions& options, int threads = 1);

/// "better", "worse", ...: for tables.
std::string outcome_name(Comparison::Outcome outcome);

}  // namespace ser
