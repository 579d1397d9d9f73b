#include <fmt/format.h>
#include <ser/base/text.h>
#include <ser/report/comparison_tables.h>
#include <ser/report/figure_tables.h>

#include <cmath>

namespace ser {
namespace {

std::string p_text(double p) {
  return std::isnan(p) ? "n/a" : p < 0.001 ? fmt::format("{:.2g}", p) : fmt::format("{:.3f}", p);
}

std::string tasks_of(const Comparison& c) { return c.task_a == c.task_b ? c.task_a : c.task_a + " / " + c.task_b; }

std::string pair_name(const Comparison& c) {
  return fmt::format("{} (a), {} (b){}", c.a, c.b, tasks_of(c).empty() ? "" : ", " + tasks_of(c));
}

std::string mcnemar_line(const Comparison& c) {
  const McNemar& m = c.mcnemar;
  return fmt::format(
      "Decisions: both right {}, only a {}, only b {}, both wrong {}; McNemar exact p = {} (takes utterances as "
      "independent{}).",
      m.both, m.only_a, m.only_b, m.neither, p_text(m.p),
      c.seeds_a + c.seeds_b > 2 ? "; decisions by the mean probabilities over seeds" : "");
}

std::string explanation(std::span<const Comparison> comparisons) {
  std::string text = fmt::format(
      "Intervals of the difference: both systems resampled with the same {}s ({}). p: permutation test that swaps the "
      "systems within {}s{}.",
      comparisons[0].resampling.unit, comparisons[0].resampling.text(), comparisons[0].resampling.unit,
      comparisons.size() > 1 ? ", corrected after Holm where so named" : "");
  bool seeds = false;
  for (const Comparison& c : comparisons) seeds |= c.seeds_a > 1 || c.seeds_b > 1;
  if (seeds)
    text +=
        " With several seeds a figure is the mean of the seeds' figures, and all seeds see the same draws: what other "
        "seeds would change is not in the interval.";
  return text;
}

/// How lines, list items and tables are set.
struct Form {
  std::string (*grid)(const ReportGrid&);
  std::string (*line)(const std::string&);
};

std::string laid_out(std::span<const Comparison> comparisons, const Form& form) {
  std::string text;
  for (const Comparison& c : comparisons) text += form.line(c.verdict);
  text += '\n' + form.grid(comparison_grid(comparisons));
  for (const Comparison& c : comparisons) {
    text += '\n' + form.grid(paired_figure_grid(c)) + '\n';
    if (!std::isnan(c.mcnemar.p)) text += form.line(mcnemar_line(c));
    for (const Note& note : c.notes) text += form.line(fmt::format("{}: {}", note_kind_name(note.kind), note.text));
  }
  return text + '\n' + form.line(explanation(comparisons));
}

std::string text_line(const std::string& line) { return line + '\n'; }
std::string markdown_item(const std::string& line) { return "- " + escape_markdown(line) + '\n'; }
std::string latex_comment(const std::string& line) { return "% " + replace_all(line, "\n", " ") + '\n'; }

}  // namespace

ReportGrid comparison_grid(std::span<const Comparison> comparisons) {
  bool tasks = false;
  for (const Comparison& c : comparisons) tasks |= !tasks_of(c).empty();
  ReportGrid grid{"Comparisons", {"a", "b"}, {}, 2};
  if (tasks) grid.header.push_back("task"), ++grid.left_columns;
  grid.header.insert(grid.header.end(), {"figure", "n", "a", "b", "b - a", "interval", "p"});
  ++grid.left_columns;
  if (comparisons.size() > 1) grid.header.push_back("p (Holm)");
  grid.header.push_back("shown");
  for (const Comparison& c : comparisons) {
    const PairedFigure& f = c.headline_figure();
    std::vector<std::string>& row = grid.rows.emplace_back();
    row = {c.a, c.b};
    if (tasks) row.push_back(tasks_of(c));
    row.insert(row.end(), {f.name.title + (f.name.percent ? " %" : ""), std::to_string(c.utterances),
                           figure_text(f.name, f.a), figure_text(f.name, f.b), difference_text(f.name, f.difference),
                           difference_text(f.name, f.interval), p_text(f.p)});
    if (comparisons.size() > 1) row.push_back(p_text(c.p_holm));
    row.push_back(outcome_name(c.outcome));
  }
  return grid;
}

ReportGrid paired_figure_grid(const Comparison& c) {
  ReportGrid grid{pair_name(c), {"figure", "a", "b", "b - a", "interval", "p"}, {}, 1};
  for (const PairedFigure& f : c.figures)
    grid.rows.push_back(
        {f.name.title + (f.name.percent ? " %" : "") + (f.name.higher_is_better ? "" : " (low is good)"),
         figure_text(f.name, f.a), figure_text(f.name, f.b), difference_text(f.name, f.difference),
         difference_text(f.name, f.interval), p_text(f.p)});
  return grid;
}

ReportGrid comparison_long_grid(std::span<const Comparison> comparisons) {
  ReportGrid grid{"",
                  {"a", "b", "task_a", "task_b", "figure", "n", "seeds_a", "seeds_b", "unit", "units", "method",
                   "value_a", "value_b", "difference", "low", "high", "p", "p_holm", "shown"},
                  {},
                  5};
  const auto number = [](double value) { return std::isnan(value) ? "" : format_number(value); };
  for (const Comparison& c : comparisons)
    for (std::size_t f = 0; f < c.figures.size(); ++f) {
      const PairedFigure& one = c.figures[f];
      const bool headline = f == c.headline;
      grid.rows.push_back({c.a, c.b, c.task_a, c.task_b, one.name.key, std::to_string(c.utterances),
                           std::to_string(c.seeds_a), std::to_string(c.seeds_b), c.resampling.unit,
                           std::to_string(c.resampling.units), one.interval.method, number(one.a), number(one.b),
                           number(one.difference), number(one.interval.low), number(one.interval.high), number(one.p),
                           headline ? number(c.p_holm) : "", headline ? outcome_name(c.outcome) : ""});
    }
  return grid;
}

std::string comparisons_text(std::span<const Comparison> comparisons) {
  return laid_out(comparisons, {grid_text, text_line});
}
std::string comparisons_markdown_body(std::span<const Comparison> comparisons) {
  return laid_out(comparisons, {grid_markdown, markdown_item});
}
std::string comparisons_markdown(std::span<const Comparison> comparisons) {
  return "# Comparison\n\n" + comparisons_markdown_body(comparisons);
}
std::string comparisons_latex(std::span<const Comparison> comparisons) {
  return laid_out(comparisons, {grid_latex, latex_comment});
}

}  // namespace ser
