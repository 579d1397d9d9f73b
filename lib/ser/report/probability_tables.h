// Calibration and abstention as tables.
#pragma once

#include <ser/eval/evaluation.h>
#include <ser/report/grid.h>

#include <vector>

namespace ser {

/// ECE, adaptive ECE, Brier score and log loss, as they are and after temperature scaling. For tasks that have them.
ReportGrid calibration_grid(const Evaluation& run, const Task& task);
/// Confidence, accuracy and number of utterances in each bin that is not empty: the reliability curve.
ReportGrid reliability_grid(const Evaluation& run, const Task& task);
/// Accuracy and UAR when only the most confident utterances are answered.
ReportGrid abstention_grid(const Evaluation& run, const Task& task);

/// Those of the above that the task has figures for.
std::vector<ReportGrid> probability_grids(const Evaluation& run, const Task& task);

}  // namespace ser
