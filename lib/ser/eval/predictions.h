// The table that every metric is computed from: one row per utterance, fold and seed.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ser {

/// One scored utterance.
struct Prediction {
  std::string id;
  std::string part;  ///< "test" or "dev"
  std::string fold;  ///< name of the fold ("1", "crema-d->ravdess"); empty when the table has none
  int seed = 0;
  std::string label;                   ///< reference class; empty when unknown
  std::vector<double> probabilities;   ///< in the order of PredictionTable::classes
  std::vector<double> distribution{};  ///< reference distribution in the same order; empty when unknown
  std::vector<double> reference{};     ///< in the order of PredictionTable::dimensions; NaN: unknown; empty: all are
  std::vector<double> estimate{};      ///< in the same order; empty without dimensions
  std::vector<std::string> further{};  ///< in the order of PredictionTable::further

  /// Whether there is anything to score it against.
  bool has_reference() const { return !label.empty() || !distribution.empty() || !reference.empty(); }
};

/// predictions.tsv: columns id part fold seed label p_<class>..., ref_<class>..., ref_<dim> y_<dim>...
struct PredictionTable {
  std::vector<std::string> classes;  ///< empty in a table of dimensions only
  std::vector<Prediction> rows;
  bool decisions_only = false;            ///< the file named a class per row; probabilities are 0 and 1
  std::vector<std::string> notes;         ///< what a reader of the scores should know about the file, one sentence each
  std::vector<std::string> dimensions{};  ///< "arousal", ...
  std::vector<std::string> further{};     ///< names of the columns that are none of ours: "speaker", "gender", ...
  bool distributions = false;             ///< the rows have reference distributions over the classes

  /// Place of a further column, or nothing.
  std::optional<std::size_t> further_column(const std::string& name) const;
};

/// Reads our own table or that of another tool, TSV or (by the extension .csv) CSV with commas or semicolons:
///   id                                     required; a leading "# " of the header line is ignored
///   label | ref | reference | true | y_true
///                                          required: the reference class; an empty field is an unknown reference
///   p_<class>... | prediction | pred | y_pred
///                                          required: probabilities, or one class name that gets probability 1
///   part, fold, seed                       optional: "test", "" and 0 where missing
///   ref_<class>...                         reference distributions over the p_ classes, instead of or beside label
///   ref_<dim> y_<dim>                      reference and estimate of a dimension; an empty reference is unknown
/// Further columns are kept as they are (speaker, gender, ...). Without label, the class of a reference distribution is
/// its largest one, or unknown where two are equal. With p_ columns these name the classes; otherwise the classes are
/// the labels and predictions that occur, sorted. Throws DataError with file:line for missing columns, probabilities
/// that are no number in [0, 1], unknown reference labels, empty ids and rows that repeat an (id, fold, seed). Where
/// the references come from elsewhere (`references_required` false) they may be missing altogether.
PredictionTable read_predictions(const std::filesystem::path& path, bool references_required = true);
std::string format_predictions(const PredictionTable& table);
/// Index of the largest probability; the first one of several equal ones.
std::size_t predicted_class(const Prediction& prediction);

}  // namespace ser
