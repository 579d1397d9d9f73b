// The page that a person opens to see how a run did.
#pragma once

#include <ser/eval/evaluation.h>

#include <string>

namespace ser {

struct ReportData {
  Evaluation evaluation;
  std::string title;    ///< empty: the evaluation's name
  std::string date;     ///< as it shall be shown; empty: left out (today() of results.h gives one)
  std::string command;  ///< that made the report; empty: left out
};

/// One self-contained page: figures, notes, tables per task, class and fold, confusion matrices as counts and
/// row-normalised, config and provenance.
std::string html_report(const ReportData& data);

}  // namespace ser
