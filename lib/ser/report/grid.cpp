#include <fmt/format.h>
#include <ser/base/table.h>
#include <ser/base/text.h>
#include <ser/report/grid.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

using Fields = std::vector<std::string>;

std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string one_line(const std::string& text) {
  std::string line = text;
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return line;
}

std::string text_line(const Fields& fields, const std::vector<std::size_t>& widths, std::size_t left_columns) {
  std::string line;
  for (std::size_t c = 0; c < fields.size(); ++c) {
    const std::string text = one_line(fields[c]), blanks(widths[c] - width_of(text), ' ');
    line += (c == 0 ? "" : "  ") + (c < left_columns ? text + blanks : blanks + text);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + '\n';
}

std::string markdown_line(const Fields& fields) {
  std::string line = "|";
  for (const std::string& field : fields) line += ' ' + escape_markdown(field) + " |";
  return line + '\n';
}

std::string latex_line(const Fields& fields) {
  std::string line;
  for (std::size_t c = 0; c < fields.size(); ++c) line += (c == 0 ? "" : " & ") + escape_latex(fields[c]);
  return line + " \\\\\n";
}

std::string csv_line(const Fields& fields) {
  std::string line;
  for (std::size_t c = 0; c < fields.size(); ++c) line += (c == 0 ? "" : ",") + csv_field(fields[c]);
  return line + '\n';
}

}  // namespace

std::string grid_text(const ReportGrid& grid) {
  std::vector<std::size_t> widths;
  for (const std::string& name : grid.header) widths.push_back(width_of(one_line(name)));
  for (const Fields& row : grid.rows)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width_of(one_line(row[c])));
  std::string text = grid.title.empty() ? "" : one_line(grid.title) + "\n\n";
  text += text_line(grid.header, widths, grid.left_columns);
  Fields rules;
  for (const std::size_t width : widths) rules.emplace_back(width, '-');
  text += text_line(rules, widths, grid.left_columns);
  for (const Fields& row : grid.rows) text += text_line(row, widths, grid.left_columns);
  return text;
}

std::string grid_markdown(const ReportGrid& grid) {
  std::string text = grid.title.empty() ? "" : "**" + escape_markdown(grid.title) + "**\n\n";
  text += markdown_line(grid.header) + "|";
  for (std::size_t c = 0; c < grid.header.size(); ++c) text += c < grid.left_columns ? " --- |" : " ---: |";
  text += '\n';
  for (const Fields& row : grid.rows) text += markdown_line(row);
  return text;
}

std::string grid_tsv(const ReportGrid& grid) {
  std::string text = tsv_line(grid.header) + '\n';
  for (const Fields& row : grid.rows) text += tsv_line(row) + '\n';
  return text;
}

std::string grid_csv(const ReportGrid& grid) {
  std::string text = csv_line(grid.header);
  for (const Fields& row : grid.rows) text += csv_line(row);
  return text;
}

std::string grid_latex(const ReportGrid& grid) {
  std::string columns(std::min(grid.left_columns, grid.header.size()), 'l');
  columns.resize(grid.header.size(), 'r');
  std::string text = "\\begin{table}\n\\centering\n";
  if (!grid.title.empty()) text += "\\caption{" + escape_latex(grid.title) + "}\n";
  text += "\\begin{tabular}{" + columns + "}\n\\toprule\n" + latex_line(grid.header) + "\\midrule\n";
  for (const Fields& row : grid.rows) text += latex_line(row);
  return text + "\\bottomrule\n\\end{tabular}\n\\end{table}\n";
}

std::string escape_latex(const std::string& text) {
  std::string escaped;
  for (const char c : one_line(text)) {
    if (c == '\\')
      escaped += "\\textbackslash{}";
    else if (c == '~' || c == '^')
      escaped += std::string("\\") + c + "{}";
    else if (std::string_view("&%$#_{}").find(c) != std::string_view::npos)
      escaped += std::string("\\") + c;
    else
      escaped += c;
  }
  // UTF-8 that older engines lack in text mode.
  escaped = replace_all(escaped, "\u00B1", "$\\pm$");
  return replace_all(escaped, "->", "$\\rightarrow$");
}

std::string escape_markdown(const std::string& text) {
  std::string escaped;
  for (const char c : one_line(text)) {
    if (std::string_view("\\`*_[]<|#~").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string percent(double fraction) { return std::isnan(fraction) ? "n/a" : fmt::format("{:.1f}", 100 * fraction); }
std::string points(double difference) {
  return std::isnan(difference) ? "n/a" : fmt::format("{:+.1f}", 100 * difference);
}
std::string decimal(double value) { return std::isnan(value) ? "n/a" : fmt::format("{:.3f}", value); }

}  // namespace ser
