// The charts of a report: bars, rows of dots, curves and heat maps. Each is a struct of data and one function that
// draws it. NaN stands for what is not known, and is left out.
#pragma once

#include <ser/report/svg.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace ser {

/// Maps values [low, high] to places [from, to]; from may be above to.
struct AxisScale {
  double low = 0, high = 1, from = 0, to = 1;
  double operator()(double value) const;  ///< values beyond the ends are moved to them
};

/// Round numbers (1, 2 or 5 times a power of ten apart) that cover [low, high] inside, at most `most` of them.
std::vector<double> round_ticks(double low, double high, int most = 6);
/// [low, high] widened to round numbers.
std::pair<double, double> round_range(double low, double high);

/// What is written at an axis.
struct AxisLabels {
  std::string name;
  double low = 0, high = 1;
  bool percent = true;                   ///< values are fractions, shown times 100
  bool whole = false;                    ///< ticks at whole numbers only
  std::string tick(double value) const;  ///< "40"
  std::string text(double value) const;  ///< "40 %"
  std::string title() const;             ///< the name, with the unit
};

constexpr double missing_mark = std::numeric_limits<double>::quiet_NaN();

struct ChartRow {
  std::string name;
  double value = missing_mark;
  double low = missing_mark, high = missing_mark;  ///< interval
  double second = missing_mark;                    ///< hollow mark of another figure
  std::vector<double> dots{};                      ///< single values behind `value`
};

/// Rows from top to bottom, values to the right.
struct RowChart {
  std::string title, description;
  AxisLabels axis;
  std::vector<ChartRow> rows;
  std::string value_name, second_name, dots_name;  ///< legend; empty: no entry
  double reference = missing_mark;                 ///< a dashed line across all rows
  std::string reference_name;
};
/// Bars from the lower end of the axis, with whiskers.
SvgImage bar_chart(const RowChart& chart);
/// A diamond with whiskers per row, over its dots: the spread of what was pooled.
SvgImage dot_chart(const RowChart& chart);

struct CurveSeries {
  std::string name;  ///< legend; empty: no entry
  std::vector<std::pair<double, double>> points;
  int colour = 0;             ///< 0 to 2
  bool faint = false;         ///< one of many
  bool dashed = false;        ///< tells series apart without colour
  std::vector<double> sizes;  ///< radius of a dot per point; empty: a line alone
  bool joined = true;         ///< by a line
};

struct CurveChart {
  std::string title, description;
  AxisLabels x, y;
  std::vector<CurveSeries> series;
  bool diagonal = false;  ///< a dashed line where x = y
};
SvgImage curve_chart(const CurveChart& chart);

/// Rows are references, columns predictions.
struct HeatChart {
  std::string title, description;
  std::vector<std::string> names;
  std::vector<double> shares;  ///< [row, column], 0 to 1
};
SvgImage heat_chart(const HeatChart& chart);

}  // namespace ser
