// Which rows of a table belong together: folds that train and test on the same corpora.
#pragma once

#include <ser/eval/resampling_units.h>
#include <ser/eval/run_info.h>

#include <string>
#include <vector>

namespace ser {

/// The rows of one fold and seed: what one model said.
struct CellRows {
  std::string fold;
  int seed = 0;
  PredictionRows rows;
};

struct TaskRows {
  std::string kind;  ///< "self", "cross", "loco"; empty: not recorded
  std::vector<std::string> train_corpora, test_corpora;
  std::vector<CellRows> cells;  ///< in the order of run.yaml, then by name ("2" before "10"); seeds ascending in a fold
  PredictionRows all() const;
};

/// "ravdess (self)", "crema-d -> ravdess", "all others -> ravdess"; empty when not recorded.
std::string task_title(const std::string& kind, const std::vector<std::string>& train_corpora,
                       const std::vector<std::string>& test_corpora);

/// The rows of a part that have a reference, sorted by id, so that no figure depends on the order of the file. Throws
/// DataError when there are none; `name` is for its message.
PredictionRows scored_rows(const PredictionTable& table, const std::string& part, const std::string& name);

/// In the order in which run.yaml names the folds.
std::vector<TaskRows> split_tasks(const PredictionRows& rows, const RunInfo& run);

}  // namespace ser
