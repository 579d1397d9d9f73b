// What is known of the utterances of a table beside their predictions: speaker, gender, language, ...
#pragma once

#include <ser/corpus/manifest.h>
#include <ser/eval/predictions.h>

#include <optional>
#include <span>
#include <string>
#include <unordered_map>

namespace ser {

/// The values of one column, joined by id with the manifests; where none is given, or none has the id, those of the
/// table's own column of that name. Speakers of different corpora are different ("ravdess 01"; the table's column
/// `corpus` counts as well).
class ColumnLookup {
 public:
  ColumnLookup(const PredictionTable& table, std::span<const Manifest> manifests, const std::string& column);
  /// Neither a manifest nor the table has the column.
  bool missing() const { return !of_manifests_ && !place_; }
  bool of_manifests() const { return of_manifests_; }
  /// Empty: unknown.
  std::string of(const Prediction& row) const;

 private:
  bool of_manifests_ = false;
  bool speaker_;
  std::unordered_map<std::string, std::string> by_id_;
  std::optional<std::size_t> place_, corpus_;
};

}  // namespace ser
