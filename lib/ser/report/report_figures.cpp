#include <fmt/format.h>
#include <ser/report/charts.h>
#include <ser/report/figure_tables.h>
#include <ser/report/probability_tables.h>
#include <ser/report/report_figures.h>
#include <ser/report/score_tables.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>

namespace ser {
namespace {

constexpr std::size_t most_bars = 40;

std::string titled(const std::string& what, const ReportData& data, const Task& task) {
  return what + (task.title().empty() ? "" : ", " + task.title()) + speaker_mark(data.evaluation.run);
}

std::string percent_interval(const Interval& interval) {
  return interval.defined() ? percent(interval.low) + " to " + percent(interval.high) : "n/a";
}

/// Lower case letters and digits, runs of anything else as one dash: safe in any file system.
std::string plain_name(const std::string& text) {
  std::string name;
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x80 && std::isalnum(static_cast<unsigned char>(c)))
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (!name.empty() && name.back() != '-')
      name += '-';
  while (name.ends_with('-')) name.pop_back();
  return name.substr(0, 60);
}

/// "Highest: anger 71.0 %; lowest: fear 20.1 %."
std::string extremes(const std::vector<ChartRow>& rows, const AxisLabels& axis) {
  const ChartRow *best = nullptr, *worst = nullptr;
  for (const ChartRow& row : rows) {
    if (std::isnan(row.value)) continue;
    if (!best || row.value > best->value) best = &row;
    if (!worst || row.value < worst->value) worst = &row;
  }
  if (!best) return "No value is defined.";
  return fmt::format("Highest: {} {}; lowest: {} {}.", best->name, axis.text(best->value), worst->name,
                     axis.text(worst->value));
}

RowChart row_chart(const std::string& title, const std::string& axis) {
  RowChart chart;
  chart.title = title, chart.axis.name = axis;
  return chart;
}

ReportFigure row_figure(const std::string& name, std::string heading, RowChart chart, bool bars, ReportGrid table,
                        std::string about) {
  chart.description = fmt::format("{} of {} rows, {}. {}", bars ? "Bars" : "Dots", chart.rows.size(), chart.axis.name,
                                  extremes(chart.rows, chart.axis));
  table.title.clear();
  return {name, std::move(heading), bars ? bar_chart(chart) : dot_chart(chart), std::move(table), std::move(about)};
}

ReportFigure class_figure(const ReportData& data, std::size_t t) {
  const Evaluation& run = data.evaluation;
  const Task& task = run.tasks[t];
  RowChart chart = row_chart(titled("Recall and precision by class", data, task), "recall, precision");
  chart.value_name = "recall", chart.second_name = "precision";
  chart.reference = task.baselines.chance, chart.reference_name = "chance";
  ReportGrid table{"", {"class", "n", "predicted", "recall %", "interval", "precision %", "F1 %"}, {}, 1};
  for (std::size_t k = 0; k < run.classes.size(); ++k) {
    const ClassScores& one = task.pooled.classes[k];
    const Interval interval = data.breakdowns.empty() ? Interval{} : data.breakdowns[t].recall[k].interval;
    chart.rows.push_back({run.classes[k], one.recall, interval.low, interval.high, one.precision});
    table.rows.push_back({run.classes[k], std::to_string(one.support), std::to_string(one.predicted),
                          percent(one.recall), percent_interval(interval), percent(one.precision), percent(one.f1)});
  }
  return row_figure("classes", "Recall and precision by class", std::move(chart), true, std::move(table),
                    task.resampling.method == "none" ? "" : "Whiskers: " + task.resampling.text() + ".");
}

ReportGrid speaker_grid(const std::vector<SpeakerScores>& speakers) {
  ReportGrid table{"", {"speaker", "n", "classes", "UAR %", "WAR %"}, {}, 1};
  for (const SpeakerScores& one : speakers)
    table.rows.push_back(
        {one.name, std::to_string(one.utterances), std::to_string(one.classes), percent(one.uar), percent(one.war)});
  return table;
}

/// Too many for a row each: the curve of sorted values.
SvgImage speaker_curve(const std::string& title, const std::vector<SpeakerScores>& speakers) {
  CurveSeries dots{"", {}, 0, false, false, {}, false};
  for (std::size_t i = 0; i < speakers.size(); ++i)
    dots.points.emplace_back(static_cast<double>(i + 1), speakers[i].uar), dots.sizes.push_back(3);
  return curve_chart(
      {title,
       fmt::format("A dot per speaker in the order of UAR, from {} % ({}) to {} % ({}).", percent(speakers.front().uar),
                   speakers.front().name, percent(speakers.back().uar), speakers.back().name),
       {"speakers in order of UAR", 0, static_cast<double>(speakers.size() + 1), false},
       {"UAR"},
       {dots}});
}

ReportFigure speaker_figure(const ReportData& data, std::size_t t) {
  const Task& task = data.evaluation.tasks[t];
  const std::vector<SpeakerScores>& speakers = data.breakdowns[t].speakers;
  const std::string title = titled("UAR by speaker", data, task);
  const std::string about = "Over the classes that a speaker has; folds and seeds together.";
  if (speakers.size() > most_bars)
    return {"speakers", "UAR by speaker", speaker_curve(title, speakers), speaker_grid(speakers), about};
  RowChart chart = row_chart(title, "UAR");
  chart.reference = task.over_seeds(metrics().front()).mean, chart.reference_name = "all speakers, pooled";
  for (const SpeakerScores& one : speakers) chart.rows.push_back({one.name, one.uar});
  return row_figure("speakers", "UAR by speaker", std::move(chart), true, speaker_grid(speakers), about);
}

ReportFigure group_figure(const ReportData& data, std::size_t t, const GroupBreakdown& group) {
  const Task& task = data.evaluation.tasks[t];
  RowChart chart = row_chart(titled("UAR by " + group.column, data, task), "UAR");
  chart.reference = task.over_seeds(metrics().front()).mean, chart.reference_name = "all, pooled";
  ReportGrid table{"", {group.column, "speakers", "n", "UAR %", "interval", "WAR %", "macro-F1 %"}, {}, 1};
  for (const GroupScores& one : group.groups) {
    chart.rows.push_back({one.name, one.uar.value, one.uar.interval.low, one.uar.interval.high});
    table.rows.push_back({one.name, one.speakers > 0 ? std::to_string(one.speakers) : "n/a",
                          std::to_string(one.utterances), percent(one.uar.value), percent_interval(one.uar.interval),
                          percent(one.war.value), percent(one.macro_f1.value)});
  }
  return row_figure("group-" + plain_name(group.column), "UAR by " + group.column, std::move(chart), true,
                    std::move(table), fmt::format("Gaps and their tests: ser-eval fairness --group {}.", group.column));
}

CurveSeries reliability_series(const std::string& name, const std::vector<ReliabilityBin>& bins, int colour) {
  std::size_t most = 1;
  for (const ReliabilityBin& bin : bins) most = std::max(most, bin.utterances);
  CurveSeries series{name, {}, colour, false, false, {}};
  for (const ReliabilityBin& bin : bins) {
    if (bin.utterances == 0) continue;
    series.points.emplace_back(bin.confidence, bin.accuracy);
    series.sizes.push_back(2 + 5 * std::sqrt(static_cast<double>(bin.utterances) / static_cast<double>(most)));
  }
  return series;
}

ReportFigure reliability_figure(const ReportData& data, std::size_t t) {
  const Task& task = data.evaluation.tasks[t];
  const Calibration& c = *task.calibration;
  CurveChart chart{titled("Reliability", data, task), "", {"confidence"}, {"accuracy"}, {}, true};
  chart.description = fmt::format(
      "Accuracy against mean confidence in bins. Mean confidence {} %, accuracy {} %, expected calibration error {} %.",
      percent(c.confidence), percent(c.accuracy), percent(c.ece));
  chart.series.push_back(reliability_series("as they are", c.bins, 0));
  std::string about = fmt::format(
      "Dots grow with the number of utterances; below the dashed line the system is too sure of itself. Expected "
      "calibration error {} %",
      percent(c.ece));
  if (c.scaled) {
    chart.series.push_back(reliability_series("temperature fitted on dev", c.scaled->bins, 1));
    about += fmt::format(", after temperature scaling {} %", percent(c.scaled->ece));
  }
  ReportGrid table = reliability_grid(data.evaluation, task);
  table.title.clear();
  return {"reliability", "Reliability", curve_chart(chart), std::move(table), about + "."};
}

ReportFigure abstention_figure(const ReportData& data, std::size_t t) {
  const Task& task = data.evaluation.tasks[t];
  const RiskCoverage& r = *task.risk_coverage;
  CurveSeries risk{"errors of those answered", {}, 0, false, false, {}},
      uar{"1 - UAR of those answered", {}, 1, false, true, {}};
  double most = 0.05;
  for (const CoveragePoint& point : r.points) {
    risk.points.emplace_back(point.coverage, point.risk);
    uar.points.emplace_back(point.coverage, 1 - point.uar);
    most = std::max({most, point.risk, std::isnan(point.uar) ? 0 : 1 - point.uar});
  }
  CurveChart chart{titled("Risk and coverage", data, task),
                   "",
                   {"utterances answered"},
                   {"errors", 0, std::min(1.0, round_range(0, most).second)},
                   {risk, uar}};
  chart.description = fmt::format(
      "Share of errors when only the most confident utterances are answered; area under the curve {:.3f}, "
      "at best {:.3f}.",
      r.aurc, r.optimal_aurc);
  ReportGrid table = abstention_grid(data.evaluation, task);
  table.title.clear();
  return {"risk-coverage", "Risk and coverage", curve_chart(chart), std::move(table),
          fmt::format("Area under the curve {:.3f}; {:.3f} if all errors were the least confident ones.", r.aurc,
                      r.optimal_aurc)};
}

ChartRow spread_row(const std::string& name, const Task& task, std::optional<int> seed) {
  ChartRow row{name};
  for (const FoldScores& fold : task.folds)
    if (!seed || fold.seed == *seed) row.dots.push_back(fold.scores.unweighted_average_recall);
  if (row.dots.size() == 1) row.dots.clear();
  return row;
}

/// A row per task; of a single task with several seeds, one per seed too.
ReportFigure spread_figure(const ReportData& data) {
  const Evaluation& run = data.evaluation;
  RowChart chart = row_chart("UAR of folds and seeds, pooled with interval" + speaker_mark(run.run), "UAR");
  chart.value_name = "pooled, with interval";
  double chance = run.tasks.front().baselines.chance;
  bool dots = false;
  for (const Task& task : run.tasks) {
    if (task.baselines.chance != chance) chance = missing_mark;
    ChartRow row = spread_row(task.title().empty() ? "all" : task.title(), task, {});
    dots |= !row.dots.empty();
    const FigureEstimate* uar = task.figure("uar");
    row.value = task.over_seeds(metrics().front()).mean;
    if (uar) row.low = uar->interval.low, row.high = uar->interval.high;
    chart.rows.push_back(std::move(row));
    if (run.tasks.size() > 1 || task.seeds.size() < 2) continue;
    for (const SeedScores& seed : task.seeds) {
      chart.rows.push_back(spread_row(fmt::format("seed {}", seed.seed), task, seed.seed));
      chart.rows.back().value = seed.scores.unweighted_average_recall;
    }
  }
  if (dots) chart.dots_name = "one fold and seed";
  chart.reference = chance;
  if (!std::isnan(chance)) chart.reference_name = "chance";
  return row_figure("uar", "UAR of folds and seeds, pooled with interval", std::move(chart), false, fold_grid(run), "");
}

ReportFigure skill_figure(const ReportData& data, std::size_t t) {
  const Evaluation& run = data.evaluation;
  const Task& task = run.tasks[t];
  RowChart chart = row_chart(titled("Skill of each figure", data, task), "skill");
  chart.axis.percent = false, chart.value_name = "skill, with interval";
  chart.reference = 0, chart.reference_name = task.baseline_from_training ? "training mean" : "mean of the references";
  double low = 0;
  for (const FigureEstimate& figure : task.figures) {
    if (std::isnan(figure.skill)) continue;
    chart.rows.push_back({figure.name.title, figure.skill, figure.skill_interval.low, figure.skill_interval.high});
    low = std::min({low, figure.skill, std::isnan(figure.skill_interval.low) ? 0 : figure.skill_interval.low});
  }
  chart.axis.low = std::max(-2.0, round_range(std::min(low, -0.1), 1).first);
  return row_figure("skill", "Skill of each figure", std::move(chart), false, figure_grid(run, task),
                    std::string("1: perfect; 0: no better than always saying the mean.") +
                        (low < -2 ? " Skill below -2 is drawn at -2." : ""));
}

bool has_skill(const Task& task) {
  return std::any_of(task.figures.begin(), task.figures.end(),
                     [](const FigureEstimate& figure) { return !std::isnan(figure.skill); });
}

bool has_decisions(const Task& task) { return task.pooled.utterances > 0; }

/// "task-2-crema-d-ravdess-"; empty for a single task.
std::string task_prefix(const Evaluation& run, std::size_t t) {
  if (run.tasks.size() == 1) return "";
  const std::string name = plain_name(run.tasks[t].title());
  return fmt::format("task-{}-{}", t + 1, name.empty() ? "" : name + '-');
}

}  // namespace

std::vector<ReportFigure> summary_figures(const ReportData& data) {
  const Evaluation& run = data.evaluation;
  if (run.classes.empty() || !has_decisions(run.tasks.front())) return {};
  return {spread_figure(data)};
}

std::vector<ReportFigure> task_figures(const ReportData& data, std::size_t t) {
  const Evaluation& run = data.evaluation;
  const Task& task = run.tasks[t];
  std::vector<ReportFigure> figures;
  const bool plain = !run.classes.empty() && data.dimensions.empty() && !data.distributions;
  if (!plain && has_skill(task)) figures.push_back(skill_figure(data, t));
  if (run.classes.empty() || !has_decisions(task)) return figures;
  figures.push_back(class_figure(data, t));
  if (!data.breakdowns.empty() && !data.breakdowns[t].speakers.empty()) figures.push_back(speaker_figure(data, t));
  if (task.calibration) figures.push_back(reliability_figure(data, t));
  if (task.risk_coverage) figures.push_back(abstention_figure(data, t));
  if (!data.breakdowns.empty())
    for (const GroupBreakdown& group : data.breakdowns[t].groups)
      if (group.groups.size() > 1) figures.push_back(group_figure(data, t, group));
  return figures;
}

ReportFigure confusion_figure(const ReportData& data, std::size_t t) {
  const Evaluation& run = data.evaluation;
  const Task& task = run.tasks[t];
  HeatChart chart{titled("Confusion matrix, percent of each reference class", data, task),
                  "Rows are references, columns predictions. ",
                  run.classes,
                  {}};
  for (std::size_t r = 0; r < run.classes.size(); ++r)
    for (std::size_t p = 0; p < run.classes.size(); ++p)
      chart.shares.push_back(static_cast<double>(task.pooled.confusion(r, p)) /
                             static_cast<double>(task.pooled.classes[r].support));
  chart.description +=
      fmt::format("The mean of the diagonal is the UAR, {} %.", percent(task.pooled.unweighted_average_recall));
  ReportGrid table = confusion_grid(run, task);
  table.title.clear();
  return {"confusion", "Confusion matrix", heat_chart(chart), std::move(table),
          "Counts in the table, percent of rows in the picture."};
}

std::vector<ReportFigure> all_figures(const ReportData& data) {
  const Evaluation& run = data.evaluation;
  std::vector<ReportFigure> figures = summary_figures(data);
  for (std::size_t t = 0; t < run.tasks.size(); ++t) {
    std::vector<ReportFigure> own = task_figures(data, t);
    if (!run.classes.empty() && has_decisions(run.tasks[t])) own.insert(own.begin(), confusion_figure(data, t));
    for (ReportFigure& figure : own) {
      figure.name = task_prefix(run, t) + figure.name;
      figures.push_back(std::move(figure));
    }
  }
  for (ReportFigure& figure : training_figures(data)) figures.push_back(std::move(figure));
  return figures;
}

}  // namespace ser
