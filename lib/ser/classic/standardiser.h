// Features to mean 0 and standard deviation 1, by statistics of the training part or of each group's own utterances.
#pragma once

#include <ser/base/matrix.h>
#include <ser/store/tensors.h>

#include <span>
#include <string>
#include <vector>

namespace ser {

enum class Standardisation {
  train,        ///< statistics of the training part, applied to all
  per_corpus,   ///< each corpus by its own statistics, whatever part it is in (uses no labels)
  per_speaker,  ///< each speaker by their own
  none
};

/// "train", "per-corpus", "per-speaker", "none".
std::vector<std::string> standardisation_names();
/// Throws UsageError for an unknown name.
Standardisation parse_standardisation(const std::string& name);
std::string to_string(Standardisation mode);

/// Mean and scale of each column. The scale is the population standard deviation; for a constant column it is 1, so
/// that the column becomes 0. Constant is a deviation below 1e-12, or one that rounding alone explains (scikit-learn's
/// rule: variance <= N eps var + (N mean eps)^2).
struct ColumnStatistics {
  std::vector<double> mean, scale;
};
ColumnStatistics column_statistics(const Matrix& x, std::span<const std::size_t> rows);

class Standardiser {
 public:
  explicit Standardiser(Standardisation mode = Standardisation::train) : mode_(mode) {}
  Standardisation mode() const { return mode_; }
  /// Whether apply() needs to be told the corpus or speaker of each row.
  bool needs_groups() const { return mode_ == Standardisation::per_corpus || mode_ == Standardisation::per_speaker; }

  /// Takes the statistics of the training part; the group modes and `none` have nothing to learn.
  void fit(const Matrix& train);
  /// Standardises in place. `groups` [rows]: the corpus or speaker of each row, for the group modes; statistics are
  /// then those of the rows given here, so all of a group's utterances belong into one call. Throws DataError when the
  /// number of columns differs from the training part's or a group is missing or empty.
  void apply(Matrix& x, std::span<const std::string> groups = {}) const;

  /// "mode" and, for `train`, "mean" and "scale".
  TensorMap save() const;
  static Standardiser load(const TensorMap& tensors);
  const ColumnStatistics& statistics() const { return statistics_; }

 private:
  Standardisation mode_;
  ColumnStatistics statistics_;
};

}  // namespace ser
