// Predictions with what their run folder says of them.
#pragma once

#include <ser/eval/predictions.h>
#include <ser/eval/run_info.h>

#include <filesystem>
#include <string>

namespace ser {

struct PredictionSource {
  std::string name;  ///< path as given, for headings
  PredictionTable table;
  RunInfo run;
};

/// Reads a table, or a run folder (its predictions.tsv), and the run.yaml that belongs to it. Throws DataError for what
/// is neither; see read_predictions() for `references_required`.
PredictionSource read_source(const std::filesystem::path& file_or_folder, bool references_required = true);

}  // namespace ser
