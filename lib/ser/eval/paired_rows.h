// The utterances that two systems have in common.
#pragma once

#include <ser/eval/column_lookup.h>
#include <ser/eval/evaluation.h>
#include <ser/eval/prediction_source.h>
#include <ser/eval/task_rows.h>

#include <string>
#include <vector>

namespace ser {

/// One task of one system.
struct SystemRows {
  const PredictionSource& source;
  const TaskRows& task;
  const ColumnLookup& speakers;
};

/// Rows of both, sorted by id, of common utterances only, and their units: the same units in the same order.
struct PairedRows {
  PredictionRows a, b;
  ResamplingUnits units_a, units_b;
  std::size_t utterances = 0;
  std::vector<bool> right_a, right_b;  ///< per utterance with a reference class; decided by the mean probabilities
  PredictionTable common;              ///< without rows: classes and dimensions of both, for figure_sets()
  std::vector<Note> notes;             ///< utterances of one system only
};

/// Brings the classes of all tables into the order of the first. Tables of decisions, which know only the classes that
/// occur in them, get those of the others; for other tables the classes must be the same to be changed at all.
void align_classes(std::vector<PredictionSource>& systems);

/// Throws DataError for other classes or dimensions, or in another order, references that differ, and nothing in
/// common.
PairedRows pair_rows(const SystemRows& a, const SystemRows& b, const std::string& unit);

}  // namespace ser
