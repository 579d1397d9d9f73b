#include <fmt/format.h>
#include <ser/base/text.h>
#include <ser/report/cross_tables.h>
#include <ser/report/score_tables.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

using Fields = std::vector<std::string>;

std::string figure(const CrossCell* cell) {
  if (!cell) return "-";
  std::string text = percent(cell->uar.mean);
  if (cell->uar.count > 1) text += fmt::format(" \u00B1 {}", percent(cell->uar.deviation));
  if (cell->speaker_dependent.value_or(false)) text += " speaker-dependent";
  return text;
}

/// The mark belongs beside a gap too when its self side is speaker-dependent.
std::string gap(double difference, const CrossCell* self) {
  if (std::isnan(difference)) return "-";
  return points(difference) + (self && self->speaker_dependent.value_or(false) ? " speaker-dependent" : "");
}

const CrossCell* any_cell(const CrossMatrix& matrix, const std::string& test) {
  if (const CrossCell* self = matrix.pair(test, test)) return self;
  return &*std::find_if(matrix.cells.begin(), matrix.cells.end(),
                        [&](const CrossCell& cell) { return cell.test == test; });
}

bool has_kind(const CrossMatrix& matrix, const std::string& kind) {
  return std::any_of(matrix.cells.begin(), matrix.cells.end(),
                     [&](const CrossCell& cell) { return cell.kind == kind; });
}

std::string heading(const CrossMatrix& matrix) {
  const auto or_missing = [](const std::string& text) { return text.empty() ? "not recorded" : text; };
  return fmt::format("UAR %, train corpus x test corpus; features: {}; learner: {}; normalisation: {}; labels: {}",
                     or_missing(matrix.features), or_missing(matrix.learner), or_missing(matrix.normalisation),
                     or_missing(matrix.labels));
}

constexpr const char* cross_explanation =
    "Rows: training corpus, columns: test corpus. Self cells are pooled over folds of one corpus; ± is the deviation "
    "over seeds. The gap is self UAR minus the mean UAR of the other corpora's models on the same test corpus, in "
    "points.";

std::string note_line(const Note& note) { return fmt::format("{}: {}", note_kind_name(note.kind), note.text); }

}  // namespace

ReportGrid cross_grid(const CrossMatrix& matrix) {
  ReportGrid grid{heading(matrix), {"train \\ test"}, {}, 1};
  grid.header.insert(grid.header.end(), matrix.tests.begin(), matrix.tests.end());
  const auto add = [&](const std::string& name, auto value_of) {
    Fields& row = grid.rows.emplace_back(Fields{name});
    for (const std::string& test : matrix.tests) row.push_back(value_of(test));
  };
  for (const std::string& train : matrix.trains)
    add(train, [&](const std::string& test) { return figure(matrix.pair(train, test)); });
  if (has_kind(matrix, "loco"))
    add("all others (leave one corpus out)",
        [&](const std::string& test) { return figure(matrix.leave_one_out(test)); });
  if (has_kind(matrix, "self") && has_kind(matrix, "cross"))
    add("gap: self minus cross, points",
        [&](const std::string& test) { return gap(matrix.self_minus_cross(test), matrix.pair(test, test)); });
  if (has_kind(matrix, "self") && has_kind(matrix, "loco"))
    add("gap: self minus all others, points",
        [&](const std::string& test) { return gap(matrix.self_minus_leave_one_out(test), matrix.pair(test, test)); });
  add("chance", [&](const std::string& test) {
    return percent(1.0 / static_cast<double>(any_cell(matrix, test)->classes_present));
  });
  add("n", [&](const std::string& test) { return std::to_string(any_cell(matrix, test)->utterances); });
  return grid;
}

ReportGrid cross_long_grid(std::span<const CrossMatrix> matrices) {
  ReportGrid grid{"",
                  {"features", "learner", "normalisation", "labels", "kind", "train", "test", "speakers", "n", "uar",
                   "uar_sd_over_seeds", "self_minus_cross", "self_minus_leave_one_out", "run"},
                  {},
                  8};
  const auto number = [](double value) { return std::isnan(value) ? "" : format_number(value); };
  for (const CrossMatrix& matrix : matrices)
    for (const CrossCell& cell : matrix.cells) {
      const bool self = cell.kind == "self";
      grid.rows.push_back({matrix.features, matrix.learner, matrix.normalisation, matrix.labels, cell.kind, cell.train,
                           cell.test, speaker_dependence(cell.speaker_dependent), std::to_string(cell.utterances),
                           number(cell.uar.mean), number(cell.uar.deviation),
                           self ? number(matrix.self_minus_cross(cell.test)) : "",
                           self ? number(matrix.self_minus_leave_one_out(cell.test)) : "", cell.run});
    }
  return grid;
}

std::string cross_text(std::span<const CrossMatrix> matrices) {
  std::string text;
  for (const CrossMatrix& matrix : matrices) {
    text += grid_text(cross_grid(matrix)) + '\n';
    for (const Note& note : matrix.notes) text += note_line(note) + '\n';
    if (!matrix.notes.empty()) text += '\n';
  }
  return text + cross_explanation + '\n';
}

std::string cross_markdown(std::span<const CrossMatrix> matrices) {
  std::string text = "# Self- and cross-corpus UAR\n\n";
  for (const CrossMatrix& matrix : matrices) {
    text += grid_markdown(cross_grid(matrix)) + '\n';
    for (const Note& note : matrix.notes) text += "- " + escape_markdown(note_line(note)) + '\n';
    if (!matrix.notes.empty()) text += '\n';
  }
  return text + escape_markdown(cross_explanation) + '\n';
}

}  // namespace ser
