// Self- and cross-corpus matrices as tables.
#pragma once

#include <ser/eval/cross.h>
#include <ser/report/grid.h>

#include <span>
#include <string>

namespace ser {

/// For each test corpus a table of all matrices at a glance, one row each: self (pooled, and over folds), mean of the
/// other corpora's models, the model of all others, gaps. Columns that nothing fills are left out.
std::vector<ReportGrid> cross_overview(std::span<const CrossMatrix> matrices);
/// Train corpora as rows, test corpora as columns, UAR in percent; then self over folds and speaker-dependent, the
/// model of all other corpora, the gaps in points, chance and the number of utterances. "-" where no run holds the
/// cell.
ReportGrid cross_grid(const CrossMatrix& matrix);
/// One row per cell, fractions with full precision; the gaps stand beside the self cells.
ReportGrid cross_long_grid(std::span<const CrossMatrix> matrices);

/// The overview where there are several matrices, or where nothing crosses corpora; then the matrices that cross, each
/// with its notes.
std::string cross_text(std::span<const CrossMatrix> matrices);
std::string cross_markdown(std::span<const CrossMatrix> matrices);
/// The tables for LaTeX with booktabs, notes as comments.
std::string cross_latex(std::span<const CrossMatrix> matrices);
/// The same as Markdown without heading, for a section of RESULTS.md.
std::string cross_markdown_body(std::span<const CrossMatrix> matrices);

}  // namespace ser
