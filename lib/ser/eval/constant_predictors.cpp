#include <ser/eval/constant_predictors.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>

namespace ser {
namespace {

using Output = ConstantPredictor::Output;

/// As run.yaml records it; nothing where it lacks something.
std::optional<Output> recorded(const PredictionTable& table, const RunInfo& run, const std::string& name) {
  const FoldInfo* fold = run.fold(name);
  const ClassCounts& counts =
      fold && !fold->class_counts_train.empty() ? fold->class_counts_train : run.class_counts_train;
  Output output;
  double sum = 0;
  for (const std::string& label : table.classes) {
    double value = 0;
    if (table.distributions) {
      if (!fold || !fold->means_train.contains(label)) return std::nullopt;
      value = fold->means_train.at(label);
    } else if (const auto at = counts.find(label); at != counts.end()) {
      value = static_cast<double>(at->second);
    }
    output.probabilities.push_back(value);
    sum += value;
  }
  if (!table.classes.empty() && sum <= 0) return std::nullopt;
  for (double& value : output.probabilities) value /= sum;
  for (const std::string& dimension : table.dimensions) {
    if (!fold || !fold->means_train.contains(dimension)) return std::nullopt;
    output.estimate.push_back(fold->means_train.at(dimension));
  }
  return output;
}

/// The same from rows with references; nothing where they lack something.
std::optional<Output> mean_of(const PredictionTable& table, const PredictionRows& rows) {
  Output output{std::vector<double>(table.classes.size()), std::vector<double>(table.dimensions.size())};
  std::vector<double> n(table.dimensions.size());
  for (const Prediction* row : rows) {
    if (table.distributions) {
      for (std::size_t k = 0; k < row->distribution.size(); ++k) output.probabilities[k] += row->distribution[k];
    } else if (!row->label.empty()) {
      const auto at = std::find(table.classes.begin(), table.classes.end(), row->label);
      ++output.probabilities[static_cast<std::size_t>(at - table.classes.begin())];
    }
    for (std::size_t d = 0; d < row->reference.size(); ++d)
      if (!std::isnan(row->reference[d])) output.estimate[d] += row->reference[d], ++n[d];
  }
  const double sum = std::accumulate(output.probabilities.begin(), output.probabilities.end(), 0.0);
  if (!table.classes.empty() && sum <= 0) return std::nullopt;
  for (double& value : output.probabilities) value /= sum;
  for (std::size_t d = 0; d < n.size(); ++d) {
    if (n[d] == 0) return std::nullopt;
    output.estimate[d] /= n[d];
  }
  return output;
}

/// What says nothing: equal probabilities, zero. For a table whose rows lack references.
Output silence(const PredictionTable& table) {
  return {std::vector<double>(table.classes.size(), 1.0), std::vector<double>(table.dimensions.size())};
}

}  // namespace

ConstantPredictor training_mean(const PredictionTable& table, const RunInfo& run, const PredictionRows& rows) {
  std::map<std::string, PredictionRows> training;
  for (const Prediction& row : table.rows)
    if (row.part == "train") training[row.fold].push_back(&row);
  std::set<std::string> folds;
  for (const Prediction* row : rows) folds.insert(row->fold);

  ConstantPredictor result;
  result.from_training = true;
  for (const std::string& fold : folds) {
    auto output = recorded(table, run, fold);
    if (!output && training.contains(fold)) output = mean_of(table, training.at(fold));
    if (!output && training.contains("")) output = mean_of(table, training.at(""));
    result.from_training = result.from_training && output.has_value();
    if (output) result.of_fold.emplace(fold, *output);
  }
  if (result.from_training) return result;
  const Output oracle = mean_of(table, rows).value_or(silence(table));
  for (const std::string& fold : folds) result.of_fold[fold] = oracle;
  return result;
}

}  // namespace ser
