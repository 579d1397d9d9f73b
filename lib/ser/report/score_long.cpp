#include <ser/base/text.h>
#include <ser/report/score_tables.h>

#include <cmath>

namespace ser {
namespace {

using Fields = std::vector<std::string>;

/// Adds rows that share run and task.
class LongRows {
 public:
  LongRows(ReportGrid& grid, const Evaluation& run, const Task& task)
      : grid_(grid),
        task_{run.name, task.kind, join(task.train_corpora, "+"), join(task.test_corpora, "+"),
              speaker_dependence(run.run.speaker_dependent)} {}

  void add(const Fields& scope_fold_seed_class, const std::string& metric, std::size_t n, double value) {
    Fields& row = grid_.rows.emplace_back(task_);
    row.insert(row.end(), scope_fold_seed_class.begin(), scope_fold_seed_class.end());
    row.insert(row.end(), {metric, std::to_string(n), std::isnan(value) ? "" : format_number(value)});
  }

  void add(const Fields& scope_fold_seed_class, const Scores& scores) {
    for (const Metric& metric : metrics())
      add(scope_fold_seed_class, metric.key, scores.utterances, scores.*metric.value);
  }

 private:
  ReportGrid& grid_;
  Fields task_;
};

void add_figures(LongRows& rows, const Task& task) {
  const std::size_t n = task.pooled.utterances;
  const auto add = [&](const char* scope, const FigureEstimate& figure, double value) {
    if (!std::isnan(value)) rows.add({scope, "", "", ""}, figure.name.key, n, value);
  };
  rows.add({"resampling", "", "", ""}, task.resampling.unit + "s", n, static_cast<double>(task.resampling.units));
  for (const FigureEstimate& figure : task.figures) {
    add("figure", figure, figure.seeds.mean);
    add("interval low", figure, figure.interval.low);
    add("interval high", figure, figure.interval.high);
    add("standard error", figure, figure.interval.standard_error);
    add("training mean", figure, figure.baseline);
    add("uniform", figure, figure.uniform);
    add("gain", figure, figure.gain);
    add("gain low", figure, figure.gain_interval.low);
    add("gain high", figure, figure.gain_interval.high);
    add("skill", figure, figure.skill);
    add("skill low", figure, figure.skill_interval.low);
    add("skill high", figure, figure.skill_interval.high);
  }
}

void add_task(ReportGrid& grid, const Evaluation& run, const Task& task) {
  LongRows rows(grid, run, task);
  const std::size_t n = task.pooled.utterances;
  if (!run.classes.empty())
    for (const SeedScores& seed : task.seeds) rows.add({"pooled", "", std::to_string(seed.seed), ""}, seed.scores);
  for (const Metric& metric : run.classes.empty() ? std::span<const Metric>() : metrics()) {
    const Spread seeds = task.over_seeds(metric), folds = task.over_folds(metric);
    rows.add({"mean over seeds", "", "", ""}, metric.key, n, seeds.mean);
    rows.add({"sd over seeds", "", "", ""}, metric.key, n, seeds.deviation);
    rows.add({"mean over folds", "", "", ""}, metric.key, n, folds.mean);
    rows.add({"sd over folds", "", "", ""}, metric.key, n, folds.deviation);
  }
  add_figures(rows, task);
  if (task.calibration) {
    rows.add({"calibration", "", "", ""}, "ece", n, task.calibration->ece);
    rows.add({"calibration", "", "", ""}, "adaptive_ece", n, task.calibration->adaptive_ece);
  }
  if (task.calibration && task.calibration->scaled) {
    rows.add({"calibration after temperature", "", "", ""}, "ece", n, task.calibration->scaled->ece);
    rows.add({"calibration after temperature", "", "", ""}, "adaptive_ece", n, task.calibration->scaled->adaptive_ece);
    rows.add({"calibration after temperature", "", "", ""}, "log_loss", n, task.calibration->scaled->log_loss);
  }
  if (task.risk_coverage) rows.add({"abstention", "", "", ""}, "aurc", n, task.risk_coverage->aurc);
  if (run.classes.empty()) return;
  rows.add({"majority", "", "", ""}, task.baselines.majority);
  rows.add({"chance", "", "", ""}, "uar", n, task.baselines.chance);
  for (const FoldScores& fold : task.folds) rows.add({"fold", fold.fold, std::to_string(fold.seed), ""}, fold.scores);
  for (std::size_t k = 0; k < run.classes.size(); ++k) {
    const ClassScores& one = task.pooled.classes[k];
    const Fields scope{"class", "", "", run.classes[k]};
    rows.add(scope, "recall", one.support, one.recall);
    rows.add(scope, "precision", one.predicted, one.precision);
    rows.add(scope, "f1", one.support, one.f1);
  }
}

}  // namespace

ReportGrid long_grid(std::span<const Evaluation> runs) {
  ReportGrid grid{
      "",
      {"run", "kind", "train", "test", "speakers", "scope", "fold", "seed", "class", "metric", "n", "value"},
      {},
      10};
  for (const Evaluation& run : runs)
    for (const Task& task : run.tasks) add_task(grid, run, task);
  return grid;
}

}  // namespace ser
