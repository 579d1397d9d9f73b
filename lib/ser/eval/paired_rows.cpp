#include <fmt/format.h>
#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/eval/guards.h>
#include <ser/eval/paired_rows.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace ser {
namespace {

using RowsOfId = std::map<std::string, PredictionRows>;

RowsOfId by_id(const TaskRows& task) {
  RowsOfId rows;
  for (const CellRows& cell : task.cells)
    for (const Prediction* row : cell.rows) rows[row->id].push_back(row);
  return rows;
}

bool same_reference(const Prediction& a, const Prediction& b) {
  const auto equal = [](double x, double y) {
    return (x != x && y != y) || std::abs(x - y) <= 1e-6 * (1 + std::abs(x));
  };
  const auto all_equal = [&](const std::vector<double>& x, const std::vector<double>& y) {
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), equal);
  };
  return a.label == b.label && all_equal(a.distribution, b.distribution) && all_equal(a.reference, b.reference);
}

void require_same_columns(const PredictionSource& a, const PredictionSource& b) {
  const auto require = [&](const char* what, const std::vector<std::string>& of_a,
                           const std::vector<std::string>& of_b) {
    if (of_a != of_b)
      throw_error<DataError>("{} and {} cannot be compared: the {} are {} and {}", a.name, b.name, what,
                             join(of_a, ", "), join(of_b, ", "));
  };
  require("classes", a.table.classes, b.table.classes);
  require("dimensions", a.table.dimensions, b.table.dimensions);
}

/// Whether the largest mean probability over all rows of an utterance is that of its label.
bool is_right(const PredictionRows& rows, const std::vector<std::string>& classes) {
  std::vector<double> sum(classes.size());
  for (const Prediction* row : rows)
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += row->probabilities[k];
  const auto best = static_cast<std::size_t>(std::max_element(sum.begin(), sum.end()) - sum.begin());
  return classes[best] == rows[0]->label;
}

void note_unmatched(const std::string& name, const RowsOfId& own, const RowsOfId& other, std::vector<Note>& notes) {
  std::vector<std::string> missing;
  for (const auto& [id, rows] : own)
    if (!other.contains(id)) missing.push_back(id);
  if (!missing.empty())
    notes.push_back({Note::Kind::warning, "unmatched-utterances",
                     fmt::format("{} of {} utterances of {} are not scored by the other system and left out: {}.",
                                 missing.size(), own.size(), name, first_names(missing))});
}

void put_classes(PredictionTable& table, const std::vector<std::string>& classes) {
  std::vector<std::size_t> place;
  for (const std::string& name : table.classes)
    place.push_back(static_cast<std::size_t>(std::find(classes.begin(), classes.end(), name) - classes.begin()));
  for (Prediction& row : table.rows)
    for (std::vector<double>* values : {&row.probabilities, &row.distribution}) {
      if (values->empty()) continue;
      std::vector<double> moved(classes.size());
      for (std::size_t k = 0; k < place.size(); ++k) moved[place[k]] = (*values)[k];
      *values = std::move(moved);
    }
  table.classes = classes;
}

}  // namespace

void align_classes(std::vector<PredictionSource>& systems) {
  // Tables with probabilities name all classes; those of decisions add what occurs in them.
  std::vector<std::string> classes;
  const auto add = [&](const PredictionTable& table) {
    for (const std::string& name : table.classes)
      if (std::find(classes.begin(), classes.end(), name) == classes.end()) classes.push_back(name);
  };
  for (const PredictionSource& system : systems)
    if (!system.table.decisions_only) add(system.table);
  for (const PredictionSource& system : systems) add(system.table);
  for (PredictionSource& system : systems)
    if (system.table.decisions_only || system.table.classes.size() == classes.size())
      put_classes(system.table, classes);
}

PairedRows pair_rows(const SystemRows& a, const SystemRows& b, const std::string& unit) {
  require_same_columns(a.source, b.source);
  const RowsOfId of_a = by_id(a.task), of_b = by_id(b.task);
  PairedRows pair;
  const bool classes = !a.source.table.classes.empty();
  for (const auto& [id, rows] : of_a) {
    const auto other = of_b.find(id);
    if (other == of_b.end()) continue;
    if (!same_reference(*rows[0], *other->second[0]))
      throw_error<DataError>("{} and {}: the references of {} differ ('{}' and '{}')", a.source.name, b.source.name, id,
                             rows[0]->label, other->second[0]->label);
    pair.a.insert(pair.a.end(), rows.begin(), rows.end());
    pair.b.insert(pair.b.end(), other->second.begin(), other->second.end());
    ++pair.utterances;
    if (!classes || rows[0]->label.empty()) continue;
    pair.right_a.push_back(is_right(rows, a.source.table.classes));
    pair.right_b.push_back(is_right(other->second, b.source.table.classes));
  }
  if (pair.utterances == 0)
    throw_error<DataError>("{} and {} have no utterance in common", a.source.name, b.source.name);
  note_unmatched(a.source.name, of_a, of_b, pair.notes);
  note_unmatched(b.source.name, of_b, of_a, pair.notes);

  std::map<std::string, std::string> speakers;
  for (const Prediction* row : pair.a) speakers.emplace(row->id, a.speakers.of(*row));
  for (const Prediction* row : pair.b)
    if (std::string& speaker = speakers[row->id]; speaker.empty()) speaker = b.speakers.of(*row);
  const auto speaker_of = [&](const Prediction& row) { return speakers.at(row.id); };
  pair.units_a = resampling_units(pair.a, speaker_of, unit);
  pair.units_b = resampling_units(pair.b, speaker_of, unit);

  pair.common.classes = a.source.table.classes;
  pair.common.dimensions = a.source.table.dimensions;
  pair.common.distributions = a.source.table.distributions && b.source.table.distributions;
  pair.common.decisions_only = a.source.table.decisions_only || b.source.table.decisions_only;
  return pair;
}

}  // namespace ser
