// Figures with intervals as tables.
#pragma once

#include <ser/eval/evaluation.h>
#include <ser/report/grid.h>

namespace ser {

/// "55.1" or "0.849": percent with one decimal, other figures with four.
std::string figure_text(const FigureName& name, double value);
/// "52.0 to 58.3"; "n/a" where there is none.
std::string interval_text(const FigureName& name, const Interval& interval);
/// The same of a difference: "-1.2 to +3.4".
std::string difference_text(const FigureName& name, const Interval& interval);
std::string difference_text(const FigureName& name, double difference);

/// Of each figure: value, deviation over seeds, interval, value of the constant predictor, gain with interval, and for
/// distributions and dimensions uniform predictor and skill.
ReportGrid figure_grid(const Evaluation& run, const Task& task);

/// "Intervals: 95 % by speaker (24 speakers, jackknife t)."
std::string resampling_sentence(const Task& task);

}  // namespace ser
