// Comparisons of systems as tables.
#pragma once

#include <ser/eval/comparison.h>
#include <ser/report/grid.h>

#include <span>
#include <string>

namespace ser {

/// One row per comparison: systems, headline figure of both, difference, interval, p-values, outcome.
ReportGrid comparison_grid(std::span<const Comparison> comparisons);
/// All figures of one comparison.
ReportGrid paired_figure_grid(const Comparison& comparison);
/// One row per comparison and figure, fractions with full precision.
ReportGrid comparison_long_grid(std::span<const Comparison> comparisons);

/// Verdicts, tables, decisions that differ, notes, and how it was done.
std::string comparisons_text(std::span<const Comparison> comparisons);
std::string comparisons_markdown(std::span<const Comparison> comparisons);
/// The same without heading, for a section of RESULTS.md.
std::string comparisons_markdown_body(std::span<const Comparison> comparisons);
std::string comparisons_latex(std::span<const Comparison> comparisons);
std::string comparisons_json(std::span<const Comparison> comparisons);

}  // namespace ser
