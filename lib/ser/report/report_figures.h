// The figures of a report: charts with the table behind each.
#pragma once

#include <ser/report/grid.h>
#include <ser/report/html_report.h>
#include <ser/report/svg.h>

#include <string>
#include <vector>

namespace ser {

struct ReportFigure {
  std::string name;     ///< "reliability": of its file, and the same for all tasks
  std::string heading;  ///< where the task is known already
  SvgImage image;
  ReportGrid table;   ///< what the image shows, in numbers
  std::string about;  ///< one or two sentences below it
};

/// UAR of each task, pooled with interval, over its folds and seeds; for tables without classes the skill of each
/// figure. Empty where there is nothing of the kind.
std::vector<ReportFigure> summary_figures(const ReportData& data);
/// Of one task, those that its table has the columns for: classes, speakers, a chart per group column, reliability,
/// risk-coverage.
std::vector<ReportFigure> task_figures(const ReportData& data, std::size_t task);
/// Loss and dev figure by epoch.
std::vector<ReportFigure> training_figures(const ReportData& data);
/// The confusion matrix, in percent of each reference class, for files: pages have it as a table.
ReportFigure confusion_figure(const ReportData& data, std::size_t task);

/// All of the above under the names of their files: the task's number and name in front where there are several.
std::vector<ReportFigure> all_figures(const ReportData& data);

}  // namespace ser
