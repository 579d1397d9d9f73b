#include <fmt/format.h>
#include <ser/base/text.h>
#include <ser/report/figure_tables.h>
#include <ser/report/probability_tables.h>
#include <ser/report/score_tables.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace ser {
namespace {

using Fields = std::vector<std::string>;

std::string figure(const Metric& metric, double value) { return metric.percent ? percent(value) : decimal(value); }

std::string figure(const Metric& metric, const Spread& spread) {
  if (spread.count < 2) return figure(metric, spread.mean);
  return fmt::format("{} \u00B1 {}", figure(metric, spread.mean), figure(metric, spread.deviation));
}

void append_metric_titles(Fields& header) {
  for (const Metric& metric : metrics()) header.push_back(metric.title + std::string(metric.percent ? " %" : ""));
}

std::size_t count_folds(const Task& task) {
  std::set<std::string> names;
  for (const FoldScores& fold : task.folds) names.insert(fold.fold);
  return names.size();
}

std::string pooled_label(const Task& task) {
  const std::size_t folds = count_folds(task);
  const std::string over = folds > 1 ? fmt::format("pooled over {} folds", folds) : "all utterances";
  return task.seeds.size() > 1 ? fmt::format("{}, mean \u00B1 sd over {} seeds", over, task.seeds.size()) : over;
}

/// The rows of one task in the summary, without the leading columns.
std::vector<Fields> summary_rows(const Task& task) {
  std::vector<Fields> rows;
  const auto add = [&](const std::string& label, const std::string& n, auto value_of) {
    Fields& row = rows.emplace_back(Fields{label, n});
    for (const Metric& metric : metrics()) row.push_back(value_of(metric));
  };
  add(pooled_label(task), std::to_string(task.seeds.front().scores.utterances),
      [&](const Metric& metric) { return figure(metric, task.over_seeds(metric)); });
  if (task.resampling.method != "none")
    add(task.resampling.text(), "", [&](const Metric& metric) {
      const FigureEstimate* estimate = task.figure(metric.key);
      if (!estimate || !estimate->interval.defined()) return std::string("n/a");
      return figure(metric, estimate->interval.low) + " to " + figure(metric, estimate->interval.high);
    });
  if (const std::size_t folds = count_folds(task); folds > 1)
    add(fmt::format("mean \u00B1 sd over {} folds", folds), "",
        [&](const Metric& metric) { return figure(metric, task.over_folds(metric)); });
  add(fmt::format("majority class of {}", task.baselines.from_training ? "training" : "these utterances"), "",
      [&](const Metric& metric) { return figure(metric, task.baselines.majority.*metric.value); });
  add(fmt::format("chance (1 / {} classes)", task.pooled.classes_present), "", [&](const Metric& metric) {
    return std::string(metric.key) == "uar" ? figure(metric, task.baselines.chance) : std::string();
  });
  return rows;
}

}  // namespace

std::string speaker_dependence(std::optional<bool> recorded) {
  if (!recorded) return "not recorded";
  return *recorded ? "speaker-dependent" : "speaker-independent";
}

std::string speaker_mark(const RunInfo& run) {
  return run.speaker_dependent.value_or(false) ? " (speaker-dependent)" : "";
}

ReportGrid summary_grid(std::span<const Evaluation> runs) {
  ReportGrid grid;
  grid.title = "Summary" + (runs.size() == 1 ? speaker_mark(runs[0].run) : "");
  bool named = false;
  for (const Evaluation& run : runs)
    for (const Task& task : run.tasks)
      named |= !task.title().empty() || (runs.size() > 1 && run.run.speaker_dependent.value_or(false));
  if (runs.size() > 1) grid.header.push_back("run");
  if (named) grid.header.push_back("task");
  grid.header.insert(grid.header.end(), {"figures", "n"});
  grid.left_columns = grid.header.size() - 1;
  append_metric_titles(grid.header);
  for (const Evaluation& run : runs)
    for (const Task& task : run.tasks)
      for (Fields& row : run.classes.empty() ? std::vector<Fields>() : summary_rows(task)) {
        Fields full;
        if (runs.size() > 1) full.push_back(run.name);
        if (named) full.emplace_back(trim(task.title() + (runs.size() > 1 ? speaker_mark(run.run) : "")));
        full.insert(full.end(), row.begin(), row.end());
        grid.rows.push_back(std::move(full));
      }
  return grid;
}

ReportGrid fold_grid(const Evaluation& run) {
  ReportGrid grid;
  grid.title = "Folds" + speaker_mark(run.run);
  const bool named = run.tasks.size() > 1;
  if (named) grid.header.push_back("task");
  grid.header.insert(grid.header.end(), {"fold", "seed", "n", "classes"});
  grid.left_columns = named ? 2 : 1;
  append_metric_titles(grid.header);
  for (const Task& task : run.tasks)
    for (const FoldScores& fold : task.folds) {
      Fields& row = grid.rows.emplace_back();
      if (named) row.push_back(task.title());
      row.insert(row.end(), {fold.fold, std::to_string(fold.seed), std::to_string(fold.scores.utterances),
                             std::to_string(fold.scores.classes_present)});
      for (const Metric& metric : metrics()) row.push_back(figure(metric, fold.scores.*metric.value));
    }
  return grid;
}

namespace {

std::string task_table_title(const std::string& what, const Evaluation& run, const Task& task) {
  return what + (task.title().empty() ? "" : ", " + task.title()) + speaker_mark(run.run) +
         (task.seeds.size() > 1 ? fmt::format(", counts summed over {} seeds", task.seeds.size()) : "");
}

}  // namespace

ReportGrid class_grid(const Evaluation& run, const Task& task) {
  ReportGrid grid{
      task_table_title("Classes", run, task), {"class", "n", "predicted", "recall %", "precision %", "F1 %"}, {}, 1};
  for (std::size_t k = 0; k < run.classes.size(); ++k) {
    const ClassScores& one = task.pooled.classes[k];
    grid.rows.push_back({run.classes[k], std::to_string(one.support), std::to_string(one.predicted),
                         percent(one.recall), percent(one.precision), percent(one.f1)});
  }
  return grid;
}

ReportGrid confusion_grid(const Evaluation& run, const Task& task) {
  ReportGrid grid{task_table_title("Confusion matrix (rows: reference, columns: predicted)", run, task), {""}, {}, 1};
  grid.header.insert(grid.header.end(), run.classes.begin(), run.classes.end());
  for (std::size_t r = 0; r < run.classes.size(); ++r) {
    Fields& row = grid.rows.emplace_back(Fields{run.classes[r]});
    for (std::size_t p = 0; p < run.classes.size(); ++p) row.push_back(std::to_string(task.pooled.confusion(r, p)));
  }
  return grid;
}

std::vector<std::pair<std::string, std::string>> provenance(const RunInfo& run) {
  const auto or_missing = [](const std::string& text) { return text.empty() ? "not recorded" : text; };
  std::vector<std::pair<std::string, std::string>> facts{{"speakers", speaker_dependence(run.speaker_dependent)},
                                                         {"labels", or_missing(run.labels)},
                                                         {"features", or_missing(run.features)},
                                                         {"learner", or_missing(run.learner)},
                                                         {"normalisation", or_missing(run.normalisation)},
                                                         {"protocol", or_missing(run.protocol)},
                                                         {"training command", or_missing(run.command)},
                                                         {"trained with version", or_missing(run.version)},
                                                         {"git hash", or_missing(run.git_hash)}};
  facts.insert(facts.end(), run.further.begin(), run.further.end());
  return facts;
}

std::vector<std::string> note_lines(std::span<const Evaluation> runs) {
  std::vector<std::string> lines;
  const auto add = [&](const Note& note, const std::string& where) {
    lines.push_back(fmt::format("{}: {}{}", note_kind_name(note.kind), where.empty() ? "" : where + ": ", note.text));
  };
  for (const Evaluation& run : runs) {
    const std::string name = runs.size() > 1 ? run.name : "";
    for (const Note& note : run.notes) add(note, name);
    for (const Task& task : run.tasks)
      for (const Note& note : task.notes)
        add(note, name.empty() || task.title().empty() ? name + task.title() : name + ", " + task.title());
  }
  return lines;
}

std::string explanation() {
  return "UAR is the mean recall of the classes in the reference, WAR the accuracy, macro-F1 the mean F1 of the "
         "classes in the reference; log loss is in nats. Pooled: the predictions of all folds as one set. sd: sample "
         "standard deviation (n - 1).";
}

std::string gain_explanation() {
  return "Gain: the figure minus that of the predictor that always says the training mean (the most frequent class), "
         "on the same utterances; where training is not recorded, the mean of these references. Skill: the gain as a "
         "share of what a perfect system would gain.";
}

namespace {

std::vector<ReportGrid> all_grids(std::span<const Evaluation> runs) {
  std::vector<ReportGrid> grids{summary_grid(runs)};
  if (grids[0].rows.empty()) grids.clear();
  for (const Evaluation& run : runs)
    for (const Task& task : run.tasks)
      if (runs.size() == 1 || run.classes.empty()) grids.push_back(figure_grid(run, task));
  if (runs.size() > 1 || runs[0].classes.empty()) return grids;
  const Evaluation& run = runs[0];
  for (const Task& task : run.tasks) {
    grids.push_back(class_grid(run, task));
    grids.push_back(confusion_grid(run, task));
    for (ReportGrid& grid : probability_grids(run, task)) grids.push_back(std::move(grid));
  }
  if (fold_grid(run).rows.size() > run.tasks.size()) grids.push_back(fold_grid(run));
  return grids;
}

/// What the tables shown need said.
std::string explanations(std::span<const Evaluation> runs) {
  const bool classes =
      std::any_of(runs.begin(), runs.end(), [](const Evaluation& run) { return !run.classes.empty(); });
  const bool figures = runs.size() == 1 || runs[0].classes.empty();
  return (classes ? explanation() : "") + (classes && figures ? " " : "") + (figures ? gain_explanation() : "");
}

std::string run_line(const Evaluation& run) {
  const auto or_missing = [](const std::string& text) { return text.empty() ? "not recorded" : text; };
  return fmt::format("{}: part {}; speakers: {}; labels: {}; features: {}; learner: {}; normalisation: {}", run.name,
                     run.part, speaker_dependence(run.run.speaker_dependent), or_missing(run.run.labels),
                     or_missing(run.run.features), or_missing(run.run.learner), or_missing(run.run.normalisation));
}

}  // namespace

std::string scores_text(std::span<const Evaluation> runs) {
  std::string text;
  for (const Evaluation& run : runs) text += run_line(run) + '\n';
  for (const ReportGrid& grid : all_grids(runs)) text += '\n' + grid_text(grid);
  text += '\n' + explanations(runs) + "\n\n";
  for (const std::string& line : note_lines(runs)) text += line + '\n';
  return text;
}

std::string scores_markdown(std::span<const Evaluation> runs) {
  std::string text = "# Scores\n\n";
  for (const Evaluation& run : runs) text += "- " + escape_markdown(run_line(run)) + '\n';
  for (const ReportGrid& grid : all_grids(runs)) text += '\n' + grid_markdown(grid);
  text += '\n' + escape_markdown(explanations(runs)) + "\n\n";
  for (const std::string& line : note_lines(runs)) text += "- " + escape_markdown(line) + '\n';
  return text;
}

std::string scores_latex(std::span<const Evaluation> runs) {
  std::string text;
  for (const Evaluation& run : runs) text += "% " + run_line(run) + '\n';
  for (const ReportGrid& grid : all_grids(runs)) text += '\n' + grid_latex(grid);
  text += "\n% " + explanations(runs) + '\n';
  for (const std::string& line : note_lines(runs)) text += "% " + replace_all(line, "\n", " ") + '\n';
  return text;
}

}  // namespace ser
