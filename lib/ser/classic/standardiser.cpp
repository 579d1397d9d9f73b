#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/classic/standardiser.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace ser {
namespace {

void apply_statistics(Matrix& x, std::span<const std::size_t> rows, const ColumnStatistics& statistics) {
  for (const std::size_t i : rows) {
    const std::span<float> row = x.row(i);
    for (std::size_t j = 0; j < x.columns; ++j)
      row[j] = static_cast<float>((static_cast<double>(row[j]) - statistics.mean[j]) / statistics.scale[j]);
  }
}

std::vector<std::size_t> all_rows(const Matrix& x) {
  std::vector<std::size_t> rows(x.rows);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

}  // namespace

std::vector<std::string> standardisation_names() { return {"train", "per-corpus", "per-speaker", "none"}; }

Standardisation parse_standardisation(const std::string& name) {
  const std::vector<std::string> names = standardisation_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) throw_error<UsageError>("unknown standardisation '{}'{}", name, suggestion(name, names));
  return static_cast<Standardisation>(found - names.begin());
}

std::string to_string(Standardisation mode) { return standardisation_names()[static_cast<std::size_t>(mode)]; }

ColumnStatistics column_statistics(const Matrix& x, std::span<const std::size_t> rows) {
  const auto count = static_cast<double>(rows.size());
  ColumnStatistics result{std::vector<double>(x.columns), std::vector<double>(x.columns)};
  if (rows.empty()) return {std::vector<double>(x.columns), std::vector<double>(x.columns, 1.0)};
  for (const std::size_t i : rows)
    for (std::size_t j = 0; j < x.columns; ++j) result.mean[j] += static_cast<double>(x(i, j));
  for (double& mean : result.mean) mean /= count;
  for (const std::size_t i : rows)
    for (std::size_t j = 0; j < x.columns; ++j) {
      const double deviation = static_cast<double>(x(i, j)) - result.mean[j];
      result.scale[j] += deviation * deviation;
    }
  constexpr double eps = std::numeric_limits<double>::epsilon();
  for (std::size_t j = 0; j < x.columns; ++j) {
    const double variance = result.scale[j] / count, rounding = count * result.mean[j] * eps;
    const bool constant = variance < 1e-24 || variance <= count * eps * variance + rounding * rounding;
    result.scale[j] = constant ? 1 : std::sqrt(variance);
  }
  return result;
}

void Standardiser::fit(const Matrix& train) {
  if (mode_ != Standardisation::train) return;
  if (train.rows == 0) throw DataError("standardisation by training statistics: the training part is empty");
  statistics_ = column_statistics(train, all_rows(train));
}

void Standardiser::apply(Matrix& x, std::span<const std::string> groups) const {
  if (mode_ == Standardisation::none) return;
  if (mode_ == Standardisation::train) {
    if (x.columns != statistics_.mean.size())
      throw_error<DataError>("standardisation: {} features, the training part had {}", x.columns,
                             statistics_.mean.size());
    return apply_statistics(x, all_rows(x), statistics_);
  }
  const std::string what = mode_ == Standardisation::per_corpus ? "corpus" : "speaker";
  if (groups.size() != x.rows)
    throw_error<DataError>("{} standardisation needs the {} of each utterance; {} given for {} rows", to_string(mode_),
                           what, groups.size(), x.rows);
  std::map<std::string, std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < x.rows; ++i) {
    if (groups[i].empty())
      throw_error<DataError>("{} standardisation: the {} of row {} is unknown", to_string(mode_), what, i);
    members[groups[i]].push_back(i);
  }
  for (const auto& [group, rows] : members) apply_statistics(x, rows, column_statistics(x, rows));
}

TensorMap Standardiser::save() const {
  const auto columns = static_cast<std::int64_t>(statistics_.mean.size());
  TensorMap tensors{{"mode", {{1}, {static_cast<double>(mode_)}, false}}};
  if (mode_ == Standardisation::train) {
    tensors["mean"] = {{columns}, statistics_.mean, false};
    tensors["scale"] = {{columns}, statistics_.scale, false};
  }
  return tensors;
}

Standardiser Standardiser::load(const TensorMap& tensors) {
  const auto mode = tensors.find("mode"), mean = tensors.find("mean"), scale = tensors.find("scale");
  if (mode == tensors.end() || mode->second.values.size() != 1 || !(mode->second.values[0] >= 0) ||
      !(mode->second.values[0] <= 3))
    throw DataError("the standardiser's mode is missing or unknown");
  Standardiser result(static_cast<Standardisation>(static_cast<int>(mode->second.values[0])));
  if (result.mode_ != Standardisation::train) return result;
  if (mean == tensors.end() || scale == tensors.end() || mean->second.values.size() != scale->second.values.size())
    throw DataError("the standardiser's mean or scale is missing, or their sizes differ");
  result.statistics_ = {mean->second.values, scale->second.values};
  return result;
}

}  // namespace ser
