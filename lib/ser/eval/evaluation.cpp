#include <fmt/format.h>
#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/eval/constant_predictors.h>
#include <ser/eval/evaluation.h>
#include <ser/eval/guards.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace ser {
namespace fs = std::filesystem;
namespace {

/// Names with numbers in them in the order of people: "2" before "10", "fold2" before "fold10".
bool natural_less(const std::string& a, const std::string& b) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (digit(a[i]) && digit(b[j])) {
      std::size_t i_end = i, j_end = j;
      while (i_end < a.size() && digit(a[i_end])) ++i_end;
      while (j_end < b.size() && digit(b[j_end])) ++j_end;
      while (i < i_end && a[i] == '0') ++i;
      while (j < j_end && b[j] == '0') ++j;
      if (i_end - i != j_end - j) return i_end - i < j_end - j;
      if (const int order = a.compare(i, i_end - i, b, j, j_end - j); order != 0) return order < 0;
      i = i_end, j = j_end;
    } else {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i, ++j;
    }
  }
  return a.size() - i != b.size() - j ? a.size() - i < b.size() - j : a < b;
}

struct FoldOrder {
  const RunInfo& run;
  std::size_t place(const std::string& fold) const {
    const FoldInfo* info = run.fold(fold);
    return info ? static_cast<std::size_t>(info - run.folds.data()) : run.folds.size();
  }
  bool operator()(const std::string& a, const std::string& b) const {
    const std::size_t at = place(a), bt = place(b);
    return at != bt ? at < bt : natural_less(a, b);
  }
};

using TaskKey = std::tuple<std::string, std::vector<std::string>, std::vector<std::string>>;
using FoldMap = std::map<std::string, std::map<int, PredictionRows>, FoldOrder>;

/// The decisions of the constant predictor: the most frequent class of training (or of the rows) everywhere.
Baselines baselines(const Task& task, const PredictionRows& rows, const ConstantPredictor& constant,
                    const std::vector<std::string>& classes) {
  std::map<std::string, std::size_t> index;
  for (std::size_t k = 0; k < classes.size(); ++k) index.emplace(classes[k], k);
  Baselines result;
  result.chance = 1.0 / static_cast<double>(task.pooled.classes_present);
  result.from_training = constant.from_training;
  ConfusionMatrix confusion(classes.size());
  for (const Prediction* row : rows) {
    if (row->label.empty()) continue;
    const std::vector<double>& p = constant.of_fold.at(row->fold).probabilities;
    const auto guess = static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
    ++confusion(index.at(row->label), guess);
  }
  result.majority = score(confusion);
  return result;
}

/// What all tasks of a table share.
struct Context {
  const RunInfo& run;
  const PredictionTable& predictions;
  const ColumnLookup& speakers;
  const IntervalOptions& intervals;
  int threads;
};

void add_figures(Task& task, const PredictionRows& rows, const Context& context) {
  const ConstantPredictor constant = training_mean(context.predictions, context.run, rows);
  const ResamplingUnits units = resampling_units(rows, context.speakers, context.intervals.unit);
  task.baselines = baselines(task, rows, constant, context.predictions.classes);
  task.baseline_from_training = constant.from_training;
  task.resampling = describe_resampling(units, context.intervals);
  task.figures = estimate_figures(context.predictions, rows, units, constant, context.intervals, context.threads);
}

Task make_task(const TaskKey& key, const FoldMap& folds, const Context& context) {
  const PredictionTable& predictions = context.predictions;
  Task task;
  std::tie(task.kind, task.train_corpora, task.test_corpora) = key;
  std::map<int, PredictionRows> seeds;
  PredictionRows all;
  const auto scored = [&](const PredictionRows& rows) {
    return score(rows, predictions.classes, predictions.decisions_only);
  };
  for (const auto& [fold, by_seed] : folds)
    for (const auto& [seed, rows] : by_seed) {
      task.folds.push_back({fold, seed, scored(rows)});
      seeds[seed].insert(seeds[seed].end(), rows.begin(), rows.end());
      all.insert(all.end(), rows.begin(), rows.end());
    }
  for (const auto& [seed, rows] : seeds) task.seeds.push_back({seed, scored(rows)});
  task.pooled = scored(all);
  add_figures(task, all, context);
  task.notes = task_notes(task, all, predictions.classes);
  return task;
}

PredictionRows sorted_by_id(const PredictionTable& predictions) {
  PredictionRows rows;
  rows.reserve(predictions.rows.size());
  for (const Prediction& row : predictions.rows) rows.push_back(&row);
  std::sort(rows.begin(), rows.end(), [](const Prediction* a, const Prediction* b) { return a->id < b->id; });
  return rows;
}

PredictionRows scored_rows(const PredictionRows& all, const std::string& part, const std::string& name) {
  PredictionRows rows;
  std::set<std::string> parts;
  for (const Prediction* row : all) {
    parts.insert(row->part);
    if (row->part == part && row->has_reference()) rows.push_back(row);
  }
  if (!rows.empty()) return rows;
  if (parts.contains(part))
    throw_error<DataError>("{}: no row of part '{}' has a reference label, so there is nothing to score", name, part);
  throw_error<DataError>("{}: no rows of part '{}'; the parts are: {}", name, part,
                         join(std::vector<std::string>(parts.begin(), parts.end()), ", "));
}

}  // namespace

std::string note_kind_name(Note::Kind kind) {
  return kind == Note::Kind::warning ? "warning" : kind == Note::Kind::not_checked ? "not checked" : "note";
}

std::string Task::title() const {
  if (test_corpora.empty()) return kind;
  const std::string test = join(test_corpora, " + ");
  if (kind == "self") return test + " (self)";
  return (kind == "loco" ? "all others" : join(train_corpora, " + ")) + " -> " + test;
}

Spread Task::over_seeds(const Metric& metric) const {
  std::vector<double> values;
  for (const SeedScores& seed : seeds) values.push_back(seed.scores.*metric.value);
  return spread(values);
}

Spread Task::over_folds(const Metric& metric) const {
  std::vector<double> means, of_fold;
  for (std::size_t i = 0; i < folds.size(); ++i) {
    of_fold.push_back(folds[i].scores.*metric.value);
    if (i + 1 < folds.size() && folds[i + 1].fold == folds[i].fold) continue;
    means.push_back(spread(of_fold).mean);
    of_fold.clear();
  }
  return spread(means);
}

const FigureEstimate* Task::figure(const std::string& key) const {
  const auto at = std::find_if(figures.begin(), figures.end(), [&](const auto& f) { return f.name.key == key; });
  return at == figures.end() ? nullptr : &*at;
}

Evaluation evaluate(const PredictionTable& predictions, const RunInfo& run, const std::string& name,
                    std::span<const Manifest> manifests, const std::string& part, const IntervalOptions& intervals,
                    int threads) {
  Evaluation result{name, part, predictions.classes, run, {}, {}};
  const PredictionRows all = sorted_by_id(predictions), rows = scored_rows(all, part, name);

  std::vector<TaskKey> order;
  std::map<TaskKey, FoldMap> tasks;
  const FoldOrder fold_order{run};
  std::set<std::string, FoldOrder> folds(fold_order);
  for (const Prediction* row : rows) folds.insert(row->fold);
  std::map<std::string, TaskKey> key_of;
  for (const std::string& fold : folds) {
    const FoldInfo* info = run.fold(fold);
    const TaskKey key = info ? TaskKey{info->kind, info->train_corpora, info->test_corpora} : TaskKey{};
    key_of.emplace(fold, key);
    if (tasks.emplace(key, FoldMap(fold_order)).second) order.push_back(key);
  }
  for (const Prediction* row : rows) tasks.at(key_of.at(row->fold))[row->fold][row->seed].push_back(row);
  const ColumnLookup speakers(predictions, manifests, "speaker");
  const Context context{run, predictions, speakers, intervals, threads};
  for (const TaskKey& key : order) result.tasks.push_back(make_task(key, tasks.at(key), context));

  for (const std::string& text : predictions.notes) result.notes.push_back({Note::Kind::information, "input", text});
  for (Note& note : run_notes(run, rows)) result.notes.push_back(std::move(note));
  for (Note& note : speaker_notes(predictions, manifests, speakers, run, all, part))
    result.notes.push_back(std::move(note));
  return result;
}

Evaluation evaluate_path(const fs::path& given, std::span<const Manifest> manifests, const std::string& part,
                         const IntervalOptions& intervals, int threads) {
  std::error_code code;
  const bool is_run = fs::is_directory(given, code);
  const fs::path file = is_run ? given / "predictions.tsv" : given;
  if (is_run && !fs::exists(file, code))
    throw_error<DataError>("{}: has no predictions.tsv; give a run folder of ser-train or a table of predictions",
                           given.string());
  const PredictionTable predictions = read_predictions(file);
  RunInfo run;
  if (is_run)
    run = read_run_info(given);
  else if (const auto folder = run_folder_of(file))
    run = read_run_info(*folder);
  fs::path name = given.lexically_normal();
  if (!name.has_filename()) name = name.parent_path();
  return evaluate(predictions, run, name.string(), manifests, part, intervals, threads);
}

}  // namespace ser
