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
  std::string fold;  ///< name of the fold ("1", "crema-d->ravdess"); empty when the table has none
  int seed = 0;
  std::string label;                  ///< reference class; empty when unknown
  std::vector<double> probabilities;  ///< in the order of PredictionTable::classes
};

/// predictions.tsv: columns id part fold seed label p_<class>...
struct PredictionTable {
  std::vector<std::string> classes;
  std::vector<Prediction> rows;
  bool decisions_only = false;     ///< the file named a class per row; probabilities are 0 and 1
  std::vector<std::string> notes;  ///< what a reader of the scores should know about the file, one sentence each
};

/// Reads our own table or that of another tool, TSV or (by the extension .csv) CSV with commas or semicolons:
///   id                                     required; a leading "# " of the header line is ignored
///   label | ref | reference | true         required: the reference class; an empty field is an unknown reference
///   p_<class>... | prediction | pred       required: probabilities, or one class name that gets probability 1
///   part, fold, seed                       optional: "test", "" and 0 where missing
/// Further columns are ignored. With p_ columns these name the classes; otherwise the classes are the labels and
/// predictions that occur, sorted. Throws DataError with file:line for missing columns, probabilities that are no
/// number in [0, 1], unknown reference labels, empty ids and rows that repeat an (id, fold, seed).
PredictionTable read_predictions(const std::filesystem::path& path);
std::string format_predictions(const PredictionTable& table);
/// Index of the largest probability; the first one of several equal ones.
std::size_t predicted_class(const Prediction& prediction);

}  // namespace ser
