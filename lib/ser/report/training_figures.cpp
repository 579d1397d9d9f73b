#include <fmt/format.h>
#include <ser/report/charts.h>
#include <ser/report/report_figures.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <tuple>

namespace ser {
namespace {

double value_at(const std::map<std::string, double>& values, const std::string& name) {
  const auto at = values.find(name);
  return at == values.end() ? missing_mark : at->second;
}

using Points = std::vector<std::pair<double, double>>;

Points points_of(const TrainingCurve& curve, std::map<std::string, double> EpochFigures::*part,
                 const std::string& name) {
  Points points;
  for (const EpochFigures& epoch : curve.epochs)
    if (const double value = value_at(epoch.*part, name); !std::isnan(value)) points.emplace_back(epoch.epoch, value);
  return points;
}

/// The last epoch that was the best so far: the one whose weights are kept.
const EpochFigures* kept_epoch(const TrainingCurve& curve) {
  const EpochFigures* kept = nullptr;
  for (const EpochFigures& epoch : curve.epochs)
    if (epoch.best) kept = &epoch;
  return kept;
}

void add_series(CurveChart& chart, const std::string& name, const std::vector<TrainingCurve>& curves,
                std::map<std::string, double> EpochFigures::*part, const std::string& key, int colour, bool dashed) {
  bool named = false;
  for (const TrainingCurve& curve : curves) {
    CurveSeries series{named ? "" : name, points_of(curve, part, key), colour, curves.size() > 3, dashed, {}};
    if (series.points.empty()) continue;
    named = true;
    if (series.points.size() == 1) series.sizes.assign(1, 3);
    chart.series.push_back(std::move(series));
  }
}

void fit_axes(CurveChart& chart, bool from_zero) {
  double low = std::numeric_limits<double>::infinity(), high = -low, last = 1;
  for (const CurveSeries& series : chart.series)
    for (const auto& [x, y] : series.points) low = std::min(low, y), high = std::max(high, y), last = std::max(last, x);
  std::tie(chart.y.low, chart.y.high) = round_range(from_zero ? std::min(low, 0.0) : low, high);
  chart.x.low = chart.series.empty() ? 0 : 1, chart.x.high = std::max(last, chart.x.low + 1);
  for (const CurveSeries& series : chart.series)
    for (const auto& point : series.points) chart.x.low = std::min(chart.x.low, point.first);
}

std::string number(double value) { return std::isnan(value) ? "n/a" : fmt::format("{:.4f}", value); }

/// First, kept and last epoch of each training.
ReportGrid training_grid(const std::vector<TrainingCurve>& curves, const std::string& figure) {
  ReportGrid table{"", {"training", "epoch", "train loss", "dev loss"}, {}, 2};
  if (!figure.empty()) table.header.push_back("dev " + figure);
  for (const TrainingCurve& curve : curves) {
    const auto add = [&](const EpochFigures& epoch, const std::string& which) {
      std::vector<std::string>& row = table.rows.emplace_back();
      row = {curve.name, fmt::format("{:g}{}", epoch.epoch, which), number(value_at(epoch.train, "loss")),
             number(value_at(epoch.dev, "loss"))};
      if (!figure.empty()) row.push_back(number(value_at(epoch.dev, figure)));
    };
    add(curve.epochs.front(), " (first)");
    if (const EpochFigures* kept = kept_epoch(curve)) add(*kept, " (best on dev)");
    if (curve.epochs.size() > 1 && kept_epoch(curve) != &curve.epochs.back()) add(curve.epochs.back(), " (last)");
  }
  return table;
}

std::string upper_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string trainings(std::size_t count) { return count == 1 ? "1 training" : fmt::format("{} trainings", count); }

}  // namespace

std::vector<ReportFigure> training_figures(const ReportData& data) {
  std::vector<ReportFigure> figures;
  if (data.curves.empty()) return figures;
  const std::string figure = dev_figure(data.curves);
  const ReportGrid table = training_grid(data.curves, figure);
  CurveChart loss{"Loss by epoch", "", {"epoch", 0, 1, false, true}, {"loss", 0, 1, false}, {}};
  add_series(loss, "train", data.curves, &EpochFigures::train, "loss", 0, false);
  add_series(loss, "dev", data.curves, &EpochFigures::dev, "loss", 1, true);
  if (!loss.series.empty()) {
    fit_axes(loss, true);
    loss.description =
        fmt::format("Curves of {} over {:g} epochs at most.", trainings(data.curves.size()), loss.x.high);
    figures.push_back({"training-loss", loss.title, curve_chart(loss), table, "A line per fold and seed."});
  }
  if (figure.empty()) return figures;
  const std::string name = figure.size() <= 4 ? upper_case(figure) : figure;
  CurveChart dev{name + " on dev by epoch", "", {"epoch", 0, 1, false, true}, {name + " on dev", 0, 1, false}, {}};
  add_series(dev, "dev", data.curves, &EpochFigures::dev, figure, 1, false);
  fit_axes(dev, false);
  CurveSeries kept{"best so far, kept", {}, 0, false, false, {}, false};
  for (const TrainingCurve& curve : data.curves)
    if (const EpochFigures* best = kept_epoch(curve); best && !std::isnan(value_at(best->dev, figure)))
      kept.points.emplace_back(best->epoch, value_at(best->dev, figure)), kept.sizes.push_back(4);
  dev.description = fmt::format("Curves of {}; dots mark the epochs that were kept.", trainings(data.curves.size()));
  if (!kept.points.empty()) dev.series.push_back(std::move(kept));
  figures.push_back(
      {"training-dev", dev.title, curve_chart(dev), table, "A line per fold and seed; a dot where the model is kept."});
  return figures;
}

}  // namespace ser
