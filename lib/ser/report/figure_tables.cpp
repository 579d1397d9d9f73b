#include <fmt/format.h>
#include <ser/report/figure_tables.h>
#include <ser/report/score_tables.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

std::string signed_text(const FigureName& name, double value) {
  if (std::isnan(value)) return "n/a";
  return name.percent ? points(value) : fmt::format("{:+.4f}", value);
}

}  // namespace

std::string figure_text(const FigureName& name, double value) {
  if (std::isnan(value)) return "n/a";
  return name.percent ? percent(value) : fmt::format("{:.4f}", value);
}

std::string interval_text(const FigureName& name, const Interval& interval) {
  if (!interval.defined()) return "n/a";
  return figure_text(name, interval.low) + " to " + figure_text(name, interval.high);
}

std::string difference_text(const FigureName& name, double difference) { return signed_text(name, difference); }

std::string difference_text(const FigureName& name, const Interval& interval) {
  if (!interval.defined()) return "n/a";
  return signed_text(name, interval.low) + " to " + signed_text(name, interval.high);
}

ReportGrid figure_grid(const Evaluation& run, const Task& task) {
  const bool uniform = std::any_of(task.figures.begin(), task.figures.end(),
                                   [](const FigureEstimate& f) { return !std::isnan(f.uniform); });
  const bool seeds = task.seeds.size() > 1;
  ReportGrid grid;
  grid.title = "Figures" + (task.title().empty() ? "" : ", " + task.title()) + speaker_mark(run.run);
  grid.header = {"figure", "value"};
  if (seeds) grid.header.push_back("sd over seeds");
  grid.header.insert(grid.header.end(), {"interval", task.baseline_from_training ? "training mean" : "their own mean",
                                         "gain", "interval of the gain"});
  if (uniform) grid.header.insert(grid.header.end(), {"uniform", "skill"});
  for (const FigureEstimate& figure : task.figures) {
    const FigureName& name = figure.name;
    std::vector<std::string>& row = grid.rows.emplace_back();
    row.push_back(name.title + (name.percent ? " %" : "") + (name.higher_is_better ? "" : " (low is good)"));
    row.push_back(figure_text(name, figure.seeds.mean));
    if (seeds) row.push_back(figure_text(name, figure.seeds.deviation));
    row.insert(row.end(), {interval_text(name, figure.interval), figure_text(name, figure.baseline),
                           difference_text(name, figure.gain), difference_text(name, figure.gain_interval)});
    if (uniform)
      row.insert(row.end(), {std::isnan(figure.uniform) ? "" : figure_text(name, figure.uniform),
                             std::isnan(figure.skill) ? "n/a" : fmt::format("{:.3f}", figure.skill)});
  }
  return grid;
}

std::string resampling_sentence(const Task& task) { return "Intervals: " + task.resampling.text() + "."; }

}  // namespace ser
