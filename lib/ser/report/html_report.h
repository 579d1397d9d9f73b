// The page that a person opens to see how a run did.
#pragma once

#include <ser/eval/breakdown.h>
#include <ser/eval/evaluation.h>
#include <ser/report/audio_sources.h>
#include <ser/report/training_curves.h>

#include <string>
#include <vector>

namespace ser {

struct ReportData {
  Evaluation evaluation;
  std::string title;                      ///< empty: the evaluation's name
  std::string date;                       ///< as it shall be shown; empty: left out (today() of results.h gives one)
  std::string command;                    ///< that made the report; empty: left out
  std::vector<Breakdown> breakdowns{};    ///< per task; empty: what they hold is left out
  std::vector<TrainingCurve> curves{};    ///< empty: none
  std::vector<std::string> dimensions{};  ///< names, for the errors of dimensions
  bool distributions = false;             ///< references are distributions
  bool decisions_only = false;            ///< the table holds decisions: no confidence
  AudioSources audio{};                   ///< of the worst errors
};

/// Evaluation, breakdowns and training curves of what `source` holds.
ReportData report_data(const PredictionSource& source, std::span<const Manifest> manifests, Evaluation evaluation,
                       const BreakdownOptions& options, const IntervalOptions& intervals, int threads = 1);

/// Ids of all errors that the page lists, the worst of each task first.
std::vector<std::string> error_ids(const ReportData& data);

/// One page in one file. Summary with intervals, notes, per task confusion matrices (counts, row-normalised), classes,
/// speakers, groups, reliability, abstention and worst errors, then folds and seeds, training, config and provenance.
/// Every chart has a title, a description and a table behind it. Nothing outside the file is referred to, except audio
/// files where `audio` links them.
std::string html_report(const ReportData& data);

}  // namespace ser
