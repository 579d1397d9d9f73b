// The table that every metric is computed from: one row per utterance, fold and seed.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ser {

/// One scored utterance of a classification run.
struct Prediction {
  std::string id;
  std::string part;  ///< "test" or "dev"
  std::string fold;  ///< name of the fold ("1", "crema-d->ravdess")
  int seed = 0;
  std::string label;                  ///< reference class; empty when unknown
  std::vector<double> probabilities;  ///< in the order of PredictionTable::classes
};

/// predictions.tsv: columns id part fold seed label p_<class>...
struct PredictionTable {
  std::vector<std::string> classes;
  std::vector<Prediction> rows;
};

/// Throws DataError with file:line for missing columns, numbers that are none or not finite, unknown reference labels.
PredictionTable read_predictions(const std::filesystem::path& path);
std::string format_predictions(const PredictionTable& table);
/// Index of the largest probability; the first one of several equal ones.
std::size_t predicted_class(const Prediction& prediction);

}  // namespace ser
