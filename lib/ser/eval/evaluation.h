// A table of predictions, scored: per fold and seed, pooled over folds, with spread, baselines and notes.
#pragma once

#include <ser/corpus/manifest.h>
#include <ser/eval/abstention.h>
#include <ser/eval/calibration.h>
#include <ser/eval/figure_estimates.h>
#include <ser/eval/metrics.h>
#include <ser/eval/predictions.h>
#include <ser/eval/run_info.h>

#include <span>
#include <string>
#include <vector>

namespace ser {

/// What a reader must know beside the figures. `check` names the guard ("constant-predictions").
struct Note {
  enum class Kind { information, warning, not_checked };
  Kind kind = Kind::information;
  std::string check;
  std::string text;  ///< what, where and what it means, as sentences
};
std::string note_kind_name(Note::Kind kind);  ///< "note", "warning", "not checked"

struct FoldScores {
  std::string fold;
  int seed = 0;
  Scores scores;
};

struct SeedScores {
  int seed = 0;
  Scores scores;  ///< the predictions of all folds of this seed as one set
};

/// Scores without a model.
struct Baselines {
  double chance = 0;           ///< UAR of guessing: 1 / number of classes in the reference
  Scores majority;             ///< of predicting the most frequent class everywhere
  bool from_training = false;  ///< most frequent in training (run.yaml); otherwise in the scored part itself
};

/// The folds that train and test on the same corpora: only these may be pooled.
struct Task {
  std::string kind;  ///< "self", "cross", "loco"; empty: not recorded
  std::vector<std::string> train_corpora, test_corpora;
  std::vector<FoldScores> folds;  ///< in the order of run.yaml, then by name; seeds ascending within a fold
  std::vector<SeedScores> seeds;  ///< ascending
  Scores pooled;                  ///< folds and seeds together; counts are summed over seeds
  Baselines baselines;
  std::vector<FigureEstimate> figures;        ///< of everything the table has columns for, with intervals
  Resampling resampling;                      ///< how the intervals were made
  bool baseline_from_training = false;        ///< FigureEstimate::baseline; otherwise of the scored part itself
  std::optional<Calibration> calibration;     ///< of tables with probabilities of classes
  std::optional<RiskCoverage> risk_coverage;  ///< likewise
  std::vector<Note> notes;

  /// "ravdess (self)", "crema-d -> ravdess", "all others -> ravdess"; empty when not recorded.
  std::string title() const;
  /// The figure to quote: pooled over folds for each seed, then mean and deviation over seeds.
  Spread over_seeds(const Metric& metric) const;
  /// Mean over seeds for each fold, then mean and deviation over folds.
  Spread over_folds(const Metric& metric) const;
  /// The figure of that key ("uar"), or nothing.
  const FigureEstimate* figure(const std::string& key) const;
};

struct Evaluation {
  std::string name;  ///< of the run or file, for headings
  std::string part;
  std::vector<std::string> classes;  ///< empty in a table of dimensions only
  RunInfo run;
  std::vector<Task> tasks;  ///< in the order of run.yaml
  std::vector<Note> notes;  ///< on the table as a whole
};

/// Scores the rows of one part. Speakers and missing utterances are checked against the manifests where there are any.
/// The result does not depend on the order of the rows. Throws DataError when the part has no row with a reference.
Evaluation evaluate(const PredictionTable& predictions, const RunInfo& run, const std::string& name,
                    std::span<const Manifest> manifests = {}, const std::string& part = "test",
                    const IntervalOptions& intervals = {}, int threads = 1);

/// All notes of runs and their tasks.
std::vector<Note> all_notes(std::span<const Evaluation> runs);

/// Reads predictions from a file or a run folder (its predictions.tsv), with the run.yaml that belongs to them, and
/// scores them.
Evaluation evaluate_path(const std::filesystem::path& file_or_folder, std::span<const Manifest> manifests = {},
                         const std::string& part = "test", const IntervalOptions& intervals = {}, int threads = 1);

}  // namespace ser
