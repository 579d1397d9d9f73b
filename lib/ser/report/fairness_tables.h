// Fairness over groups as tables.
#pragma once

#include <ser/eval/fairness.h>
#include <ser/report/grid.h>

#include <span>
#include <string>
#include <vector>

namespace ser {

/// One row per group: speakers, utterances, UAR, WAR, macro-F1 with intervals; the worst group is marked.
ReportGrid group_grid(const Fairness& result);
/// TPR, DP and equalised-odds gaps: mean, RMS and maximum over classes with intervals, and p of the mean.
ReportGrid gap_grid(const Fairness& result);
/// Per class the rates of each group (true positives, decisions, base rate) and the gaps.
ReportGrid rate_grid(const Fairness& result);
/// run, task, column, group, class, figure, n, value, low, high: one value per row.
ReportGrid fairness_long_grid(std::span<const Fairness> results);

std::string fairness_text(std::span<const Fairness> results);
std::string fairness_markdown(std::span<const Fairness> results);
/// The same without heading, for a section of RESULTS.md.
std::string fairness_markdown_body(std::span<const Fairness> results);
std::string fairness_latex(std::span<const Fairness> results);
std::string fairness_json(std::span<const Fairness> results);

}  // namespace ser
