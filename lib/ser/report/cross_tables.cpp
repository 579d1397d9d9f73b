#include <fmt/format.h>
#include <ser/base/text.h>
#include <ser/report/cross_tables.h>
#include <ser/report/score_tables.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

namespace ser {
namespace {

using Fields = std::vector<std::string>;

std::string figure(const Spread& spread) {
  std::string text = percent(spread.mean);
  if (spread.count > 1) text += fmt::format(" \u00B1 {}", percent(spread.deviation));
  return text;
}

std::string figure(const CrossCell* cell) {
  if (!cell) return "-";
  std::string text = figure(cell->uar);
  if (cell->interval.defined())
    text += fmt::format(" ({} to {})", percent(cell->interval.low), percent(cell->interval.high));
  return text + (cell->speaker_dependent.value_or(false) ? " speaker-dependent" : "");
}

std::string figure_over_folds(const CrossCell* cell) {
  return cell && cell->uar_over_folds.count > 1 ? figure(cell->uar_over_folds) : "-";
}

/// The mark belongs beside a gap too when its self side is speaker-dependent.
std::string gap(double difference, const CrossCell* self) {
  if (std::isnan(difference)) return "-";
  return points(difference) + (self && self->speaker_dependent.value_or(false) ? " speaker-dependent" : "");
}

/// The self cell of a column, or any other, or nothing.
const CrossCell* any_cell(const CrossMatrix& matrix, const std::string& test) {
  if (const CrossCell* self = matrix.pair(test, test)) return self;
  const auto found =
      std::find_if(matrix.cells.begin(), matrix.cells.end(), [&](const CrossCell& cell) { return cell.test == test; });
  return found == matrix.cells.end() ? nullptr : &*found;
}

std::string chance_of(const CrossCell* cell) {
  return cell ? percent(1.0 / static_cast<double>(cell->classes_present)) : "-";
}

bool has_kind(const CrossMatrix& matrix, const std::string& kind) {
  return std::any_of(matrix.cells.begin(), matrix.cells.end(),
                     [&](const CrossCell& cell) { return cell.kind == kind; });
}

std::string or_missing(const std::string& text) { return text.empty() ? "not recorded" : text; }

std::string heading(const CrossMatrix& matrix) {
  return fmt::format("UAR %, train corpus x test corpus; features: {}; learner: {}; normalisation: {}; labels: {}",
                     or_missing(matrix.features), or_missing(matrix.learner), or_missing(matrix.normalisation),
                     or_missing(matrix.labels));
}

constexpr const char* cross_explanation =
    "UAR in %. Self cells are pooled over the folds of one corpus; \u00B1 behind them is the deviation over seeds, "
    "behind "
    "a mean over folds that over folds. Other corpora: the models trained on all of one other corpus, each; all "
    "others: "
    "one model trained on all of them. A gap is the self UAR minus that UAR on the same test corpus, in points.";

std::string note_line(const Note& note) { return fmt::format("{}: {}", note_kind_name(note.kind), note.text); }

std::string note_line(const CrossMatrix& matrix, const Note& note) {
  return fmt::format("{}: {}, {}, {}: {}", note_kind_name(note.kind), or_missing(matrix.features),
                     or_missing(matrix.learner), or_missing(matrix.normalisation), note.text);
}

std::string range(std::size_t least, std::size_t most) {
  return least == most ? std::to_string(least) : fmt::format("{} to {}", least, most);
}

/// "UAR %, tested on urdu (400 utterances, chance 25.0); labels: 4class"
std::string overview_title(std::span<const CrossMatrix> matrices, const std::string& test) {
  std::set<std::size_t> utterances, classes;
  std::set<std::string> labels;
  for (const CrossMatrix& matrix : matrices)
    for (const CrossCell& cell : matrix.cells)
      if (cell.test == test) {
        utterances.insert(cell.utterances), classes.insert(cell.classes_present);
        labels.insert(or_missing(matrix.labels));
      }
  std::string chance;
  for (const std::size_t count : classes)
    chance += (chance.empty() ? "" : " or ") + percent(1.0 / static_cast<double>(count));
  return fmt::format("UAR %, tested on {} ({} utterances, chance {}); labels: {}", test,
                     range(*utterances.begin(), *utterances.rbegin()), chance,
                     join(std::vector<std::string>(labels.begin(), labels.end()), " or "));
}

struct OverviewColumn {
  const char* title;
  std::function<std::string(const CrossMatrix&, const std::string& test)> value;
};

const std::vector<OverviewColumn>& overview_columns() {
  using M = const CrossMatrix&;
  using T = const std::string&;
  static const std::vector<OverviewColumn> columns{
      {"self", [](M m, T test) { return figure(m.pair(test, test)); }},
      {"self, mean \u00B1 sd over folds", [](M m, T test) { return figure_over_folds(m.pair(test, test)); }},
      {"self, speaker-dependent",
       [](M m, T test) { return m.contrast(test) ? figure(m.contrast(test)->uar) : std::string("-"); }},
      {"other corpora, mean",
       [](M m, T test) { return std::isnan(m.mean_of_pairs(test)) ? "-" : percent(m.mean_of_pairs(test)); }},
      {"all others", [](M m, T test) { return figure(m.leave_one_out(test)); }},
      {"self - other", [](M m, T test) { return gap(m.self_minus_cross(test), m.pair(test, test)); }},
      {"self - all others", [](M m, T test) { return gap(m.self_minus_leave_one_out(test), m.pair(test, test)); }}};
  return columns;
}

ReportGrid overview_of(std::span<const CrossMatrix> matrices, const std::string& test) {
  ReportGrid grid{overview_title(matrices, test), {"features", "learner", "normalisation"}, {}, 3};
  const bool several_labels = std::any_of(matrices.begin(), matrices.end(),
                                          [&](const CrossMatrix& m) { return m.labels != matrices[0].labels; });
  if (several_labels) grid.header.push_back("labels"), ++grid.left_columns;
  std::vector<const CrossMatrix*> tested;
  for (const CrossMatrix& matrix : matrices) {
    if (std::find(matrix.tests.begin(), matrix.tests.end(), test) == matrix.tests.end()) continue;
    tested.push_back(&matrix);
    grid.rows.push_back({or_missing(matrix.features), or_missing(matrix.learner), or_missing(matrix.normalisation)});
    if (several_labels) grid.rows.back().push_back(or_missing(matrix.labels));
  }
  for (const OverviewColumn& column : overview_columns()) {
    Fields values;
    for (const CrossMatrix* matrix : tested) values.push_back(column.value(*matrix, test));
    if (std::all_of(values.begin(), values.end(), [](const std::string& value) { return value == "-"; })) continue;
    grid.header.push_back(column.title);
    for (std::size_t i = 0; i < values.size(); ++i) grid.rows[i].push_back(values[i]);
  }
  return grid;
}

/// Tables and notes in reading order, put together by the form's own ways.
struct CrossForm {
  std::string (*table)(const ReportGrid&);
  std::string (*note)(const std::string&);
};

std::string laid_out(std::span<const CrossMatrix> matrices, const CrossForm& form) {
  std::string text;
  const bool crossing =
      std::any_of(matrices.begin(), matrices.end(), [](const CrossMatrix& matrix) { return matrix.crosses(); });
  if (matrices.size() > 1 || !crossing)
    for (const ReportGrid& grid : cross_overview(matrices)) text += form.table(grid) + '\n';
  for (const CrossMatrix& matrix : matrices) {
    if (crossing) text += form.table(cross_grid(matrix)) + '\n';
    for (const Note& note : matrix.notes) text += form.note(crossing ? note_line(note) : note_line(matrix, note));
    if (crossing && !matrix.notes.empty()) text += '\n';
  }
  return text + (crossing || text.ends_with("\n\n") ? "" : "\n");
}

/// The explanation, with what stands in brackets where anything does.
std::string explanation_of(std::span<const CrossMatrix> matrices) {
  for (const CrossMatrix& matrix : matrices)
    for (const CrossCell& cell : matrix.cells)
      if (cell.interval.defined())
        return std::string(cross_explanation) +
               fmt::format(" In brackets: {} % intervals by speaker.", format_number(100 * cell.resampling.level));
  return cross_explanation;
}

std::string text_note(const std::string& line) { return line + '\n'; }
std::string markdown_note(const std::string& line) { return "- " + escape_markdown(line) + '\n'; }

}  // namespace

std::vector<ReportGrid> cross_overview(std::span<const CrossMatrix> matrices) {
  std::set<std::string> tests;
  for (const CrossMatrix& matrix : matrices) tests.insert(matrix.tests.begin(), matrix.tests.end());
  std::vector<ReportGrid> grids;
  for (const std::string& test : tests) grids.push_back(overview_of(matrices, test));
  return grids;
}

ReportGrid cross_grid(const CrossMatrix& matrix) {
  ReportGrid grid{heading(matrix), {"train \\ test"}, {}, 1};
  grid.header.insert(grid.header.end(), matrix.tests.begin(), matrix.tests.end());
  const auto add = [&](const std::string& name, auto value_of) {
    Fields& row = grid.rows.emplace_back(Fields{name});
    for (const std::string& test : matrix.tests) row.push_back(value_of(test));
  };
  const auto add_if_any = [&](const std::string& name, auto value_of) {
    add(name, value_of);
    const Fields& row = grid.rows.back();
    if (std::all_of(row.begin() + 1, row.end(), [](const std::string& value) { return value == "-"; }))
      grid.rows.pop_back();
  };
  for (const std::string& train : matrix.trains)
    add(train, [&](const std::string& test) { return figure(matrix.pair(train, test)); });
  add_if_any("self, mean \u00B1 sd over folds",
             [&](const std::string& test) { return figure_over_folds(matrix.pair(test, test)); });
  add_if_any("self, speaker-dependent", [&](const std::string& test) { return figure(matrix.contrast(test)); });
  if (has_kind(matrix, "loco"))
    add("all others (leave one corpus out)",
        [&](const std::string& test) { return figure(matrix.leave_one_out(test)); });
  if (has_kind(matrix, "self") && has_kind(matrix, "cross"))
    add("gap: self minus cross, points",
        [&](const std::string& test) { return gap(matrix.self_minus_cross(test), matrix.pair(test, test)); });
  if (has_kind(matrix, "self") && has_kind(matrix, "loco"))
    add("gap: self minus all others, points",
        [&](const std::string& test) { return gap(matrix.self_minus_leave_one_out(test), matrix.pair(test, test)); });
  add("chance", [&](const std::string& test) { return chance_of(any_cell(matrix, test)); });
  add("n", [&](const std::string& test) {
    const CrossCell* cell = any_cell(matrix, test);
    return cell ? std::to_string(cell->utterances) : std::string("-");
  });
  return grid;
}

ReportGrid cross_long_grid(std::span<const CrossMatrix> matrices) {
  ReportGrid grid{"",
                  {"features",
                   "learner",
                   "normalisation",
                   "labels",
                   "kind",
                   "train",
                   "test",
                   "speakers",
                   "n",
                   "uar",
                   "uar_sd_over_seeds",
                   "folds",
                   "uar_mean_over_folds",
                   "uar_sd_over_folds",
                   "self_minus_cross",
                   "self_minus_leave_one_out",
                   "run",
                   "uar_low",
                   "uar_high",
                   "interval"},
                  {},
                  8};
  const auto number = [](double value) { return std::isnan(value) ? "" : format_number(value); };
  for (const CrossMatrix& matrix : matrices)
    for (const CrossCell& cell : matrix.cells) {
      const bool self = &cell == matrix.pair(cell.test, cell.test);
      grid.rows.push_back({matrix.features,
                           matrix.learner,
                           matrix.normalisation,
                           matrix.labels,
                           cell.kind,
                           cell.train,
                           cell.test,
                           speaker_dependence(cell.speaker_dependent),
                           std::to_string(cell.utterances),
                           number(cell.uar.mean),
                           number(cell.uar.deviation),
                           std::to_string(cell.uar_over_folds.count),
                           number(cell.uar_over_folds.mean),
                           number(cell.uar_over_folds.deviation),
                           self ? number(matrix.self_minus_cross(cell.test)) : "",
                           self ? number(matrix.self_minus_leave_one_out(cell.test)) : "",
                           cell.run,
                           number(cell.interval.low),
                           number(cell.interval.high),
                           cell.interval.defined() ? cell.resampling.text() : ""});
    }
  return grid;
}

std::string cross_text(std::span<const CrossMatrix> matrices) {
  return laid_out(matrices, {grid_text, text_note}) + explanation_of(matrices) + '\n';
}

std::string cross_markdown_body(std::span<const CrossMatrix> matrices) {
  return laid_out(matrices, {grid_markdown, markdown_note}) + escape_markdown(explanation_of(matrices)) + '\n';
}

std::string cross_latex(std::span<const CrossMatrix> matrices) {
  const auto comment = [](const std::string& line) { return "% " + line + '\n'; };
  return laid_out(matrices, {grid_latex, comment}) + "% " + explanation_of(matrices) + '\n';
}

std::string cross_markdown(std::span<const CrossMatrix> matrices) {
  return "# Self- and cross-corpus UAR\n\n" + cross_markdown_body(matrices);
}

}  // namespace ser
