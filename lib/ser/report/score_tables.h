// Scores as tables for people (percent, one decimal) and as one long table for programs (fractions, full precision).
#pragma once

#include <ser/eval/evaluation.h>
#include <ser/report/grid.h>

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ser {

/// Of each task: the pooled figure with its interval, mean and deviation over folds, majority class, chance. Without
/// rows for tables of dimensions only.
ReportGrid summary_grid(std::span<const Evaluation> runs);
/// One row per fold and seed of all tasks.
ReportGrid fold_grid(const Evaluation& run);
/// Recall, precision and F1 per class of one task, folds and seeds together.
ReportGrid class_grid(const Evaluation& run, const Task& task);
/// Counts, rows are references, columns predictions; folds and seeds together.
ReportGrid confusion_grid(const Evaluation& run, const Task& task);
/// run, task, speakers, scope, fold, seed, class, metric, n, value: one value per row, empty where undefined.
ReportGrid long_grid(std::span<const Evaluation> runs);

/// "speaker-dependent", "speaker-independent" or "not recorded".
std::string speaker_dependence(std::optional<bool> recorded);
/// " (speaker-dependent)" when it is, otherwise empty: belongs behind the title of every table with figures.
std::string speaker_mark(const RunInfo& run);

/// Name and value of everything that is known of a run's making; "not recorded" where it is not.
std::vector<std::pair<std::string, std::string>> provenance(const RunInfo& run);

/// One line per note: "warning: ...", with the task or run in front where there are several.
std::vector<std::string> note_lines(std::span<const Evaluation> runs);

/// What the figures mean, in two or three sentences.
std::string explanation();
/// The same of gain and skill in figure_grid().
std::string gain_explanation();

/// Everything of one run, or the summaries of several, as plain text.
std::string scores_text(std::span<const Evaluation> runs);
/// The same as Markdown.
std::string scores_markdown(std::span<const Evaluation> runs);
/// The tables alone, for LaTeX with the package booktabs; what is said of them as comments.
std::string scores_latex(std::span<const Evaluation> runs);

}  // namespace ser
