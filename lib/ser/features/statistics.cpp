#include <ser/base/text.h>
#include <ser/features/statistics.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace ser {

void describe_options(OptionTable& table, StatisticsOptions& options) {
  table.add(
      "functionals", options.functionals,
      "statistics of each column, in order: mean std skewness kurtosis min max range iqr slope, p<q> for percentiles");
}

std::vector<std::string> statistic_names() {
  return {"mean", "std", "skewness", "kurtosis", "min", "max", "range", "iqr", "slope", "p50"};
}

namespace {

/// Moments, extremes and slope of one column; percentiles from its sorted copy.
struct Column {
  std::vector<double> sorted;
  double mean = 0, m2 = 0, m3 = 0, m4 = 0, slope = 0;

  Column(const Matrix& frames, std::size_t index, double shift) : sorted(frames.rows) {
    const auto n = static_cast<double>(frames.rows);
    for (std::size_t t = 0; t < frames.rows; ++t) mean += sorted[t] = static_cast<double>(frames(t, index));
    mean /= n;
    double covariance = 0;
    const double middle = (n - 1) / 2;
    for (std::size_t t = 0; t < frames.rows; ++t) {
      const double d = sorted[t] - mean;
      m2 += d * d, m3 += d * d * d, m4 += d * d * d * d;
      covariance += (static_cast<double>(t) - middle) * d;
    }
    m2 /= n, m3 /= n, m4 /= n;
    const double time_variance = n * (n * n - 1) / 12;
    if (time_variance > 0) slope = covariance / time_variance / shift;
    std::sort(sorted.begin(), sorted.end());
  }

  double percentile(double q) const {
    const double at = q / 100 * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = std::min(low + 1, sorted.size() - 1);
    return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
  }
  /// Constant up to rounding: higher moments have no meaning there.
  bool constant() const { return sorted.front() == sorted.back(); }
};

std::optional<double> percentile_of(const std::string& name) {
  if (name.size() < 2 || name[0] != 'p') return std::nullopt;
  const auto q = parse_double(std::string_view(name).substr(1));
  return q && *q >= 0 && *q <= 100 ? q : std::nullopt;
}

double value_of(const Column& column, const std::string& name) {
  if (name == "mean") return column.mean;
  if (name == "std") return column.constant() ? 0 : std::sqrt(column.m2);
  if (name == "skewness") return column.constant() ? 0 : column.m3 / std::pow(column.m2, 1.5);
  if (name == "kurtosis") return column.constant() ? 0 : column.m4 / (column.m2 * column.m2) - 3;
  if (name == "min") return column.sorted.front();
  if (name == "max") return column.sorted.back();
  if (name == "range") return column.sorted.back() - column.sorted.front();
  if (name == "iqr") return column.percentile(75) - column.percentile(25);
  if (name == "slope") return column.slope;
  if (const auto q = percentile_of(name)) return column.percentile(*q);
  throw_error<UsageError>("unknown functional '{}'{}", name, suggestion(name, statistic_names()));
}

}  // namespace

std::vector<float> statistics(const Matrix& frames, const StatisticsOptions& options, double frame_shift_seconds) {
  std::vector<float> values;
  values.reserve(frames.columns * options.functionals.size());
  for (std::size_t j = 0; j < frames.columns; ++j) {
    const Column column(frames, j, frame_shift_seconds);
    for (const std::string& name : options.functionals) values.push_back(static_cast<float>(value_of(column, name)));
  }
  return values;
}

std::vector<std::string> statistics_columns(const std::vector<std::string>& columns, const StatisticsOptions& options) {
  std::vector<std::string> names;
  for (const std::string& column : columns)
    for (const std::string& functional : options.functionals) names.push_back(column + "_" + functional);
  return names;
}

}  // namespace ser
