// A table of texts and its forms: aligned plain text, Markdown, TSV, CSV.
#pragma once

#include <string>
#include <vector>

namespace ser {

/// Cells are texts, already formatted. The first `left_columns` columns are words (aligned left), the others figures.
struct ReportGrid {
  std::string title;  ///< without markup; empty: none
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::size_t left_columns = 1;
};

/// Title line, header, rule, rows; columns are aligned by characters (UTF-8).
std::string grid_text(const ReportGrid& grid);
/// Title as a paragraph in bold, then a pipe table; what Markdown would interpret is escaped.
std::string grid_markdown(const ReportGrid& grid);
/// Header and rows; no title.
std::string grid_tsv(const ReportGrid& grid);
std::string grid_csv(const ReportGrid& grid);
/// A tabular with the rules of booktabs; the title is its caption.
std::string grid_latex(const ReportGrid& grid);

/// Text as Markdown that shows it literally, on one line.
std::string escape_markdown(const std::string& text);
/// The same for LaTeX.
std::string escape_latex(const std::string& text);

/// "55.1" for 0.551, "n/a" for NaN.
std::string percent(double fraction);
/// "+3.2" points for 0.032.
std::string points(double difference);
/// Three decimals, "n/a" for NaN.
std::string decimal(double value);

}  // namespace ser
