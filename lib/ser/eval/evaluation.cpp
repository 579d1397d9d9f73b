#include <fmt/format.h>
#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/eval/column_lookup.h>
#include <ser/eval/constant_predictors.h>
#include <ser/eval/evaluation.h>
#include <ser/eval/guards.h>
#include <ser/eval/prediction_source.h>
#include <ser/eval/task_rows.h>

#include <algorithm>
#include <map>

namespace ser {
namespace fs = std::filesystem;
namespace {

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
  PredictionRows dev;  ///< rows of the dev part
};

void add_figures(Task& task, const PredictionRows& rows, const Context& context) {
  const ConstantPredictor constant = training_mean(context.predictions, context.run, rows);
  const ResamplingUnits units = resampling_units(
      rows, [&](const Prediction& row) { return context.speakers.of(row); }, context.intervals.unit);
  note_lone_classes(rows, units, task.notes);
  task.baselines = baselines(task, rows, constant, context.predictions.classes);
  task.baseline_from_training = constant.from_training;
  task.resampling = describe_resampling(units, context.intervals);
  task.figures = estimate_figures(context.predictions, rows, units, constant, context.intervals, context.threads);
}

Task make_task(const TaskRows& of_task, const Context& context) {
  const PredictionTable& predictions = context.predictions;
  Task task;
  task.kind = of_task.kind, task.train_corpora = of_task.train_corpora, task.test_corpora = of_task.test_corpora;
  std::map<int, PredictionRows> seeds;
  const auto scored = [&](const PredictionRows& rows) {
    return score(rows, predictions.classes, predictions.decisions_only);
  };
  for (const CellRows& cell : of_task.cells) {
    task.folds.push_back({cell.fold, cell.seed, scored(cell.rows)});
    seeds[cell.seed].insert(seeds[cell.seed].end(), cell.rows.begin(), cell.rows.end());
  }
  for (const auto& [seed, rows] : seeds) task.seeds.push_back({seed, scored(rows)});
  const PredictionRows all = of_task.all();
  task.pooled = scored(all);
  add_figures(task, all, context);
  task.calibration = calibration(predictions, all, context.dev);
  task.risk_coverage = risk_coverage(predictions, all);
  for (Note& note : task_notes(task, all, predictions.classes)) task.notes.push_back(std::move(note));
  return task;
}

}  // namespace

std::string note_kind_name(Note::Kind kind) {
  return kind == Note::Kind::warning ? "warning" : kind == Note::Kind::not_checked ? "not checked" : "note";
}

std::string Task::title() const { return task_title(kind, train_corpora, test_corpora); }

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
  const PredictionRows rows = scored_rows(predictions, part, name);
  const ColumnLookup speakers(predictions, manifests, "speaker");
  Context context{run, predictions, speakers, intervals, threads, {}};
  for (const Prediction& row : predictions.rows)
    if (row.part == "dev" && part != "dev") context.dev.push_back(&row);
  for (const TaskRows& task : split_tasks(rows, run)) result.tasks.push_back(make_task(task, context));

  for (const std::string& text : predictions.notes) result.notes.push_back({Note::Kind::information, "input", text});
  for (Note& note : run_notes(run, rows)) result.notes.push_back(std::move(note));
  for (Note& note : speaker_notes(predictions, manifests, speakers, run, part)) result.notes.push_back(std::move(note));
  return result;
}

std::vector<Note> all_notes(std::span<const Evaluation> runs) {
  std::vector<Note> notes;
  for (const Evaluation& run : runs) {
    notes.insert(notes.end(), run.notes.begin(), run.notes.end());
    for (const Task& task : run.tasks) notes.insert(notes.end(), task.notes.begin(), task.notes.end());
  }
  return notes;
}

Evaluation evaluate_path(const fs::path& given, std::span<const Manifest> manifests, const std::string& part,
                         const IntervalOptions& intervals, int threads) {
  const PredictionSource source = read_source(given);
  return evaluate(source.table, source.run, source.name, manifests, part, intervals, threads);
}

}  // namespace ser
