#include <fmt/format.h>
#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/eval/cross.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>

namespace ser {
namespace {

CrossCell make_cell(const Task& task, const Evaluation& run) {
  if (task.train_corpora.empty() || task.test_corpora.empty() || task.kind.empty())
    throw_error<DataError>(
        "{}: run.yaml does not say kind, train_corpora and test_corpora of fold '{}', so its place "
        "in the matrix is unknown",
        run.name, task.folds.front().fold);
  if (task.kind != "self" && task.kind != "cross" && task.kind != "loco")
    throw_error<DataError>("{}: fold '{}' is of kind '{}'; known: self, cross, loco", run.name, task.folds.front().fold,
                           task.kind);
  CrossCell cell;
  cell.kind = task.kind;
  cell.train = join(task.train_corpora, " + ");
  cell.test = join(task.test_corpora, " + ");
  cell.uar = task.over_seeds(metrics()[0]);
  if (const FigureEstimate* uar = task.figure("uar"); uar && task.resampling.unit == "speaker")
    cell.interval = uar->interval;
  cell.resampling = task.resampling;
  cell.uar_over_folds = task.over_folds(metrics()[0]);
  cell.utterances = task.seeds.front().scores.utterances;
  cell.classes_present = task.pooled.classes_present;
  cell.speaker_dependent = run.run.speaker_dependent;
  cell.run = run.name;
  return cell;
}

bool is_speaker_dependent(const CrossCell& cell) { return cell.speaker_dependent.value_or(false); }

bool same_place(const CrossCell& a, const CrossCell& b) {
  const bool loco = a.kind == "loco";
  return loco == (b.kind == "loco") && a.test == b.test && (loco || a.train == b.train) &&
         is_speaker_dependent(a) == is_speaker_dependent(b);
}

void add_cell(CrossMatrix& matrix, CrossCell cell) {
  for (const CrossCell& there : matrix.cells)
    if (same_place(there, cell))
      throw_error<DataError>(
          "{} and {} both hold the {} cell {} -> {} of the same features, learner and normalisation; "
          "give one of them",
          there.run, cell.run, cell.kind, cell.train, cell.test);
  matrix.cells.push_back(std::move(cell));
}

void add_notes(CrossMatrix& matrix, const Evaluation& run) {
  const char* mark = run.run.speaker_dependent.value_or(false) ? ", speaker-dependent" : "";
  for (const Task& task : run.tasks)
    for (Note note : task.notes)
      if (note.kind == Note::Kind::warning) {
        note.text = fmt::format("{}{}: {}", task.title(), mark, note.text);
        matrix.notes.push_back(std::move(note));
      }
  for (Note note : run.notes)
    if (note.kind == Note::Kind::warning || note.check == "speaker-dependence") {
      note.text = fmt::format("{}: {}", run.name, note.text);
      matrix.notes.push_back(std::move(note));
    }
}

void note_unequal_columns(CrossMatrix& matrix) {
  for (const std::string& test : matrix.tests) {
    std::set<std::size_t> counts, classes;
    for (const CrossCell& cell : matrix.cells)
      if (cell.test == test) counts.insert(cell.utterances), classes.insert(cell.classes_present);
    if (counts.size() > 1)
      matrix.notes.push_back({Note::Kind::information, "unequal-utterances",
                              fmt::format("The cells tested on {} score {} to {} utterances: the gap compares "
                                          "different test sets.",
                                          test, *counts.begin(), *counts.rbegin())});
    if (classes.size() > 1)
      matrix.notes.push_back({Note::Kind::warning, "unequal-classes",
                              fmt::format("The cells tested on {} have {} to {} classes in the reference: their UARs "
                                          "are not comparable.",
                                          test, *classes.begin(), *classes.rbegin())});
  }
}

void finish(CrossMatrix& matrix) {
  std::set<std::string> trains, tests;
  for (const CrossCell& cell : matrix.cells) {
    if (cell.kind != "loco") trains.insert(cell.train);
    tests.insert(cell.test);
  }
  matrix.trains.assign(trains.begin(), trains.end());
  matrix.tests.assign(tests.begin(), tests.end());
  note_unequal_columns(matrix);
}

const CrossCell* find_self(const CrossMatrix& matrix, const std::string& test) {
  const CrossCell* cell = matrix.pair(test, test);
  return cell && cell->kind == "self" ? cell : nullptr;
}

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

}  // namespace

const CrossCell* CrossMatrix::pair(const std::string& train, const std::string& test) const {
  const CrossCell* found = nullptr;
  for (const CrossCell& cell : cells)
    if (cell.kind != "loco" && cell.train == train && cell.test == test && (!found || is_speaker_dependent(*found)))
      found = &cell;
  return found;
}

const CrossCell* CrossMatrix::contrast(const std::string& test) const {
  const CrossCell* self = find_self(*this, test);
  if (!self || is_speaker_dependent(*self)) return nullptr;
  for (const CrossCell& cell : cells)
    if (cell.kind == "self" && cell.test == test && is_speaker_dependent(cell)) return &cell;
  return nullptr;
}

const CrossCell* CrossMatrix::leave_one_out(const std::string& test) const {
  for (const CrossCell& cell : cells)
    if (cell.kind == "loco" && cell.test == test) return &cell;
  return nullptr;
}

double CrossMatrix::mean_of_pairs(const std::string& test) const {
  std::vector<double> others;
  for (const CrossCell& cell : cells)
    if (cell.kind == "cross" && cell.test == test) others.push_back(cell.uar.mean);
  return spread(others).mean;
}

double CrossMatrix::self_minus_cross(const std::string& test) const {
  const CrossCell* self = find_self(*this, test);
  return self ? self->uar.mean - mean_of_pairs(test) : undefined;
}

double CrossMatrix::self_minus_leave_one_out(const std::string& test) const {
  const CrossCell *self = find_self(*this, test), *others = leave_one_out(test);
  return self && others ? self->uar.mean - others->uar.mean : undefined;
}

bool CrossMatrix::crosses() const {
  return std::any_of(cells.begin(), cells.end(), [](const CrossCell& cell) { return cell.kind != "self"; });
}

std::vector<CrossMatrix> cross_matrices(std::span<const Evaluation> runs) {
  using Key = std::tuple<std::string, std::string, std::string, std::string, std::string>;
  std::map<Key, std::size_t> places;
  std::vector<CrossMatrix> matrices;
  for (const Evaluation& run : runs) {
    const RunInfo& info = run.run;
    const std::string labels = info.labels.empty() ? join(run.classes, ", ") : info.labels;
    std::vector<std::string> classes = run.classes;
    std::sort(classes.begin(), classes.end());
    const Key key{info.features, info.learner, info.normalisation, labels, join(classes, "\t")};
    const auto [place, fresh] = places.emplace(key, matrices.size());
    if (fresh) matrices.push_back({info.features, info.learner, info.normalisation, labels, {}, {}, {}, {}});
    CrossMatrix& matrix = matrices[place->second];
    for (const Task& task : run.tasks) add_cell(matrix, make_cell(task, run));
    add_notes(matrix, run);
  }
  for (CrossMatrix& matrix : matrices) finish(matrix);
  return matrices;
}

}  // namespace ser
