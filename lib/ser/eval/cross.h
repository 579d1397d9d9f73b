// Runs laid out as a matrix, train corpus x test corpus. Nothing is trained or predicted here.
#pragma once

#include <ser/eval/evaluation.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ser {

/// One task of one run, reduced to what the matrix shows.
struct CrossCell {
  std::string kind;            ///< "self", "cross" or "loco"
  std::string train, test;     ///< corpora; several are joined by " + "
  Spread uar;                  ///< pooled over folds, over seeds
  Spread uar_over_folds;       ///< mean over seeds of each fold, over folds; count is the number of folds
  std::size_t utterances = 0;  ///< of one seed
  std::size_t classes_present = 0;
  std::optional<bool> speaker_dependent;  ///< as recorded
  std::string run;                        ///< where it comes from
  Interval interval{};                    ///< of `uar`; not defined without speakers
  Resampling resampling{};                ///< how it was made
};

/// All cells of runs with the same features, learner, normalisation and label space.
struct CrossMatrix {
  std::string features, learner, normalisation, labels;  ///< empty: not recorded
  std::vector<std::string> trains;                       ///< rows of the matrix: of the self and cross cells, sorted
  std::vector<std::string> tests;                        ///< columns, sorted
  std::vector<CrossCell> cells;
  std::vector<Note> notes;

  /// The self or cross cell of a row and column, or nothing. Of two self cells the one that is not speaker-dependent.
  const CrossCell* pair(const std::string& train, const std::string& test) const;
  /// The speaker-dependent self cell that stands beside one that is not, or nothing.
  const CrossCell* contrast(const std::string& test) const;
  /// The leave-one-corpus-out cell of a column, or nothing.
  const CrossCell* leave_one_out(const std::string& test) const;
  /// The mean UAR of the cross cells of a column; NaN when there is none.
  double mean_of_pairs(const std::string& test) const;
  /// Self UAR minus mean_of_pairs(); NaN when one side is missing.
  double self_minus_cross(const std::string& test) const;
  /// Self UAR minus leave-one-corpus-out UAR; NaN when one side is missing.
  double self_minus_leave_one_out(const std::string& test) const;
  /// True when something was tested on another corpus than it was trained on.
  bool crosses() const;
};

/// In the order in which the runs first name them. Throws DataError for a run that does not record its folds' corpora,
/// and for two runs that hold the same cell. A speaker-dependent run may stand beside a speaker-independent one on the
/// same corpus.
std::vector<CrossMatrix> cross_matrices(std::span<const Evaluation> runs);

}  // namespace ser
