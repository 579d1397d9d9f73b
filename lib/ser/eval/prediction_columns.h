// Where the fields of a prediction are in a table of ours or of another tool.
#pragma once

#include <ser/base/table.h>

#include <optional>
#include <string>
#include <vector>

namespace ser {

struct PredictionColumns {
  std::size_t id = 0;
  std::optional<std::size_t> label, part, fold, seed, decision;
  std::vector<std::string> classes;        ///< of the p_ columns
  std::vector<std::size_t> probabilities;  ///< p_<class>
  std::vector<std::size_t> distribution;   ///< ref_<class>, in the same order; empty when there are none
  std::vector<std::string> dimensions;     ///< of the y_ columns
  std::vector<std::size_t> estimates;      ///< y_<dim>
  std::vector<std::size_t> references;     ///< ref_<dim>, in the same order; empty when there are none
  std::vector<std::size_t> further;        ///< none of the above
};

/// Throws DataError naming file and column for what is missing: an id; a reference, unless `references_required` is
/// false; scores of two or more classes, decisions or dimensions; some but not all of the ref_ columns.
PredictionColumns find_prediction_columns(const Table& table, bool references_required);

}  // namespace ser
