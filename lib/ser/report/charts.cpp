#include <fmt/format.h>
#include <ser/report/charts.h>
#include <ser/report/html.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

constexpr double chart_width = 440, right_margin = 18, legend_height = 22, label_room = 150;

bool known(double value) { return !std::isnan(value); }

/// Entries from left to right, in several lines where one is too short.
class Legend {
 public:
  struct Entry {
    char mark;  // b bar, h hollow circle, d faint dot, o dot, v diamond, l line, s dashed line, - reference line
    int colour;
    std::string name;
  };
  void add(char mark, int colour, const std::string& name) {
    if (!name.empty()) entries_.push_back({mark, colour, fitted(name, chart_width - 50)});
  }
  double height() const {
    double x = 4, lines = entries_.empty() ? 0 : 1;
    for (const Entry& entry : entries_) {
      if (x > 4 && x + width(entry) > chart_width) x = 4, ++lines;
      x += width(entry);
    }
    return lines * legend_height;
  }
  void draw(SvgImage& image) const {
    double x = 4, y = 14;
    for (const Entry& entry : entries_) {
      if (x > 4 && x + width(entry) > chart_width) x = 4, y += legend_height;
      draw_mark(image, entry, x, y);
      image.text(x + 24, y, entry.name, "tf");
      x += width(entry);
    }
  }

 private:
  static double width(const Entry& entry) { return text_width(entry.name) + 40; }
  static void draw_mark(SvgImage& image, const Entry& entry, double x, double y) {
    const std::string fill = fmt::format("f{}", entry.colour), line = fmt::format("l{}", entry.colour);
    if (entry.mark == 'b') {
      image.rect(x, y - 10, 18, 11, fill + " faint");
      image.line(x + 18, y - 10, x + 18, y + 1, line);
    }
    if (entry.mark == 'h') image.circle(x + 9, y - 4, 4, "fp " + line);
    if (entry.mark == 'd') image.circle(x + 9, y - 4, 4, fill + " faint");
    if (entry.mark == 'o') image.circle(x + 9, y - 4, 4, fill);
    if (entry.mark == 'v') image.diamond(x + 9, y - 4, 6, fill);
    if (entry.mark == 'l') image.line(x, y - 4, x + 18, y - 4, line);
    if (entry.mark == 's') image.line(x, y - 4, x + 18, y - 4, line + " dashed");
    if (entry.mark == '-') image.line(x, y - 4, x + 18, y - 4, "axis dashed");
  }
  std::vector<Entry> entries_;
};

std::string row_tip(const RowChart& chart, const ChartRow& row) {
  std::string tip = row.name + ": " + chart.axis.text(row.value);
  if (known(row.low)) tip += fmt::format(" ({} to {})", chart.axis.text(row.low), chart.axis.text(row.high));
  if (known(row.second)) tip += fmt::format("; {} {}", chart.second_name, chart.axis.text(row.second));
  return tip;
}

/// The frame of rows: names at the left, a scale below.
struct RowFrame {
  double left, top, pitch, bottom;
  AxisScale x;
};

RowFrame row_frame(const RowChart& chart, double top, double pitch) {
  double names = 0;
  for (const ChartRow& row : chart.rows) names = std::max(names, text_width(row.name));
  const double left = std::min(names, label_room) + 14;
  const double bottom = top + pitch * static_cast<double>(chart.rows.size());
  return {left, top, pitch, bottom, {chart.axis.low, chart.axis.high, left, chart_width - right_margin}};
}

void draw_scale(SvgImage& image, const RowChart& chart, const RowFrame& frame) {
  for (const double tick : round_ticks(chart.axis.low, chart.axis.high)) {
    image.line(frame.x(tick), frame.top, frame.x(tick), frame.bottom, "grid");
    image.text(frame.x(tick), frame.bottom + 16, chart.axis.tick(tick), "tf m");
  }
  image.text((frame.left + chart_width - right_margin) / 2, frame.bottom + 35, chart.axis.title(), "t m");
}

void draw_names(SvgImage& image, const RowChart& chart, const RowFrame& frame) {
  double y = frame.top + frame.pitch / 2 + 4.5;
  for (const ChartRow& row : chart.rows) {
    image.text(frame.left - 8, y, fitted(row.name, label_room), "t e");
    y += frame.pitch;
  }
}

void draw_whisker(SvgImage& image, const RowFrame& frame, const ChartRow& row, double y) {
  if (!known(row.low) || !known(row.high)) return;
  const double from = frame.x(row.low), to = frame.x(row.high);
  image.line(from, y, to, y, "whisker");
  image.line(from, y - 4, from, y + 4, "whisker");
  image.line(to, y - 4, to, y + 4, "whisker");
}

void draw_reference(SvgImage& image, const RowChart& chart, const RowFrame& frame) {
  if (!known(chart.reference)) return;
  image.line(frame.x(chart.reference), frame.top, frame.x(chart.reference), frame.bottom, "axis dashed");
}

int shade_step(double share) {
  return static_cast<int>(std::lround((known(share) ? std::clamp(share, 0.0, 1.0) : 0) * (shade_steps - 1)));
}

}  // namespace

double AxisScale::operator()(double value) const {
  const double inside = std::clamp(value, std::min(low, high), std::max(low, high));
  return high == low ? from : from + (inside - low) / (high - low) * (to - from);
}

namespace {

/// The smallest 1, 2 or 5 times a power of ten that divides the range into at most `most` - 1 steps.
double round_step(double low, double high, int most) {
  const double least = (high - low) / std::max(most - 1, 1);
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

}  // namespace

std::vector<double> round_ticks(double low, double high, int most) {
  if (!(high > low)) return {low};
  const double step = round_step(low, high, most);
  std::vector<double> ticks;
  for (double n = std::ceil(low / step - 1e-9); n * step <= high + 1e-9 * step; ++n) ticks.push_back(n * step);
  return ticks;
}

std::pair<double, double> round_range(double low, double high) {
  if (!(high > low)) return {low - 0.5, low + 0.5};
  const double step = round_step(low, high, 6);
  return {std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step};
}

std::string AxisLabels::tick(double value) const {
  if (!known(value)) return "n/a";
  const double shown = percent ? 100 * value : value;
  return fmt::format("{:.3g}", std::abs(shown) < 1e-9 ? 0.0 : shown);
}
std::string AxisLabels::text(double value) const { return tick(value) + (percent && known(value) ? " %" : ""); }
std::string AxisLabels::title() const { return name + (percent ? ", %" : ""); }

SvgImage bar_chart(const RowChart& chart) {
  Legend legend;
  legend.add('b', 0, chart.value_name);
  legend.add('h', 1, chart.second_name);
  legend.add('-', 0, chart.reference_name);
  const RowFrame frame = row_frame(chart, legend.height() + 4, 24);
  SvgImage image(chart_width, frame.bottom + 42, chart.title, chart.description);
  legend.draw(image);
  draw_scale(image, chart, frame);
  draw_names(image, chart, frame);
  double y = frame.top + frame.pitch / 2;
  for (const ChartRow& row : chart.rows) {
    if (known(row.value)) {
      const double end = frame.x(row.value);
      image.rect(frame.left, y - 8, end - frame.left, 16, "f0 faint", row_tip(chart, row));
      image.line(end, y - 8, end, y + 8, "l0");
    }
    draw_whisker(image, frame, row, y);
    if (known(row.second)) image.circle(frame.x(row.second), y, 4, "fp l1", row_tip(chart, row));
    y += frame.pitch;
  }
  draw_reference(image, chart, frame);
  image.line(frame.left, frame.top, frame.left, frame.bottom, "axis");
  return image;
}

SvgImage dot_chart(const RowChart& chart) {
  Legend legend;
  legend.add('v', 0, chart.value_name);
  legend.add('d', 1, chart.dots_name);
  legend.add('h', 1, chart.second_name);
  legend.add('-', 0, chart.reference_name);
  const RowFrame frame = row_frame(chart, legend.height() + 4, 30);
  SvgImage image(chart_width, frame.bottom + 42, chart.title, chart.description);
  legend.draw(image);
  draw_scale(image, chart, frame);
  draw_names(image, chart, frame);
  draw_reference(image, chart, frame);
  double y = frame.top + frame.pitch / 2;
  for (const ChartRow& row : chart.rows) {
    for (const double dot : row.dots)
      if (known(dot)) image.circle(frame.x(dot), y + 8, 4, "f1 faint", row.name + ": " + chart.axis.text(dot));
    const double at = row.dots.empty() ? y : y - 4;
    draw_whisker(image, frame, row, at);
    if (known(row.second)) image.circle(frame.x(row.second), at, 4, "fp l1", row_tip(chart, row));
    if (known(row.value)) image.diamond(frame.x(row.value), at, 6, "f0", row_tip(chart, row));
    y += frame.pitch;
  }
  return image;
}

SvgImage curve_chart(const CurveChart& chart) {
  Legend legend;
  for (const CurveSeries& series : chart.series)
    legend.add(series.sizes.empty() ? series.dashed ? 's' : 'l' : 'o', series.colour, series.name);
  if (chart.diagonal) legend.add('-', 0, chart.y.name + " = " + chart.x.name);
  const double top = legend.height() + 30, left = 46, bottom = top + 240;
  const AxisScale x{chart.x.low, chart.x.high, left, chart_width - right_margin},
      y{chart.y.low, chart.y.high, bottom, top};
  SvgImage image(chart_width, bottom + 42, chart.title, chart.description);
  legend.draw(image);
  image.text(4, top - 12, chart.y.title(), "t");
  for (const double tick : round_ticks(chart.y.low, chart.y.high)) {
    image.line(left, y(tick), chart_width - right_margin, y(tick), "grid");
    image.text(left - 8, y(tick) + 4.5, chart.y.tick(tick), "tf e");
  }
  for (const double tick : round_ticks(chart.x.low, chart.x.high))
    if (!chart.x.whole || tick == std::round(tick)) image.text(x(tick), bottom + 16, chart.x.tick(tick), "tf m");
  image.line(left, bottom, chart_width - right_margin, bottom, "axis");
  image.text((left + chart_width - right_margin) / 2, bottom + 35, chart.x.title(), "t m");
  if (chart.diagonal) {
    const double low = std::max(chart.x.low, chart.y.low), high = std::min(chart.x.high, chart.y.high);
    image.line(x(low), y(low), x(high), y(high), "axis dashed");
  }
  for (const CurveSeries& series : chart.series) {
    std::vector<std::pair<double, double>> places;
    for (const auto& [a, b] : series.points)
      if (known(a) && known(b)) places.emplace_back(x(a), y(b));
    if (series.joined)
      image.polyline(places, fmt::format("l{}{}{}", series.colour, series.faint ? " faint thin" : "",
                                         series.dashed ? " dashed" : ""));
    for (std::size_t i = 0; i < series.points.size() && i < series.sizes.size(); ++i) {
      const auto& [a, b] = series.points[i];
      if (known(a) && known(b) && series.sizes[i] > 0)
        image.circle(x(a), y(b), series.sizes[i], fmt::format("f{}", series.colour),
                     fmt::format("{} {}, {} {}", chart.x.name, chart.x.text(a), chart.y.name, chart.y.text(b)));
    }
  }
  return image;
}

SvgImage heat_chart(const HeatChart& chart) {
  const std::size_t count = chart.names.size();
  double names = 0;
  for (const std::string& name : chart.names) names = std::max(names, text_width(name));
  const double room = std::min(names, label_room) + 12, cell = count <= 10 ? 40 : count <= 20 ? 30 : 24;
  const double left = room + 18, top = room + 22, side = cell * static_cast<double>(count);
  SvgImage image(left + side + 6, top + side + 6, chart.title, chart.description);
  image.text(left + side / 2, 14, "predicted", "tf m");
  image.upright_text(13, top + side / 2, "reference", "tf m");
  for (std::size_t r = 0; r < count; ++r) {
    const double y = top + cell * static_cast<double>(r), along = left + cell * static_cast<double>(r);
    image.text(left - 6, y + cell / 2 + 4.5, fitted(chart.names[r], label_room), "t e");
    image.upright_text(along + cell / 2 + 4.5, top - 6, fitted(chart.names[r], label_room), "t");
    for (std::size_t c = 0; c < count; ++c) {
      const double share = chart.shares[r * count + c], x = left + cell * static_cast<double>(c);
      const int step = shade_step(share);
      image.rect(x, y, cell, cell, fmt::format("h{}", step),
                 fmt::format("{} as {}: {}", chart.names[r], chart.names[c], AxisLabels{}.text(share)));
      if (known(share) && share >= 0.005)
        image.text(x + cell / 2, y + cell / 2 + 4.5, fmt::format("{:.0f}", 100 * share), fmt::format("g{} m", step));
    }
  }
  return image;
}

}  // namespace ser
