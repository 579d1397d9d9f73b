#include <ser/eval/calibration.h>
#include <ser/eval/figures.h>
#include <ser/eval/metrics.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace ser {
namespace {

constexpr double tiny = std::numeric_limits<double>::epsilon();

struct Confidence {
  double value = 0;
  bool right = false;
};

std::vector<Confidence> confidences(std::span<const Prediction* const> rows, const std::vector<std::string>& classes) {
  std::vector<Confidence> result;
  for (const Prediction* row : rows) {
    if (row->label.empty()) continue;
    const std::size_t guess = predicted_class(*row);
    result.push_back({row->probabilities[guess], classes[guess] == row->label});
  }
  return result;
}

void add(ReliabilityBin& bin, const Confidence& one) {
  ++bin.utterances;
  bin.confidence += one.value;
  bin.accuracy += one.right;
}

void finish(std::vector<ReliabilityBin>& bins) {
  for (ReliabilityBin& bin : bins)
    if (bin.utterances > 0) {
      bin.confidence /= static_cast<double>(bin.utterances);
      bin.accuracy /= static_cast<double>(bin.utterances);
    }
}

class TemperatureProblem {
 public:
  TemperatureProblem(std::span<const Prediction* const> rows, const std::vector<std::string>& classes) {
    std::map<std::string, std::size_t> index;
    for (std::size_t k = 0; k < classes.size(); ++k) index.emplace(classes[k], k);
    for (const Prediction* row : rows) {
      if (row->label.empty()) continue;
      std::vector<double>& logits = logits_.emplace_back();
      for (const double p : row->probabilities) logits.push_back(std::log(std::max(p, tiny)));
      truth_.push_back(index.at(row->label));
    }
  }
  bool empty() const { return truth_.empty(); }

  /// d/db of the mean of -log softmax(b logits)[truth].
  double slope(double b) const {
    double sum = 0;
    for (std::size_t i = 0; i < truth_.size(); ++i) {
      const std::vector<double>& z = logits_[i];
      const double top = *std::max_element(z.begin(), z.end());
      double mass = 0, mean = 0;
      for (const double value : z) {
        const double weight = std::exp(b * (value - top));
        mass += weight, mean += weight * value;
      }
      sum += mean / mass - z[truth_[i]];
    }
    return sum;
  }

 private:
  std::vector<std::vector<double>> logits_;
  std::vector<std::size_t> truth_;
};

using Cell = std::pair<std::string, int>;

std::map<Cell, PredictionRows> by_cell(const PredictionRows& rows) {
  std::map<Cell, PredictionRows> cells;
  for (const Prediction* row : rows) cells[{row->fold, row->seed}].push_back(row);
  return cells;
}

/// Averages over seeds into `target` (a Calibration or its scaled part).
template <class Target>
void add_figures(Target& target, const PredictionRows& rows, const std::vector<std::string>& classes) {
  std::map<int, PredictionRows> seeds;
  for (const Prediction* row : rows) seeds[row->seed].push_back(row);
  PredictionTable names;
  names.classes = classes;
  const std::unique_ptr<FigureSet> set = class_figures(names);
  for (const auto& [seed, of_seed] : seeds) {
    const double share = 1 / static_cast<double>(seeds.size());
    std::vector<double> sums(set->width()), figures(set->names().size());
    for (const Prediction* row : of_seed) set->add(*row, {row->probabilities, {}}, sums);
    set->figures(sums, figures);
    for (std::size_t f = 0; f < figures.size(); ++f) {
      if (set->names()[f].key == "brier") target.brier += share * figures[f];
      if (set->names()[f].key == "log_loss") target.log_loss += share * figures[f];
    }
    target.ece += share * expected_calibration_error(reliability_bins(of_seed, classes));
    target.adaptive_ece += share * expected_calibration_error(equal_mass_bins(of_seed, classes));
  }
  target.bins = reliability_bins(rows, classes);
}

std::optional<Calibration::Scaled> scaled(const PredictionTable& table, const PredictionRows& rows,
                                          const PredictionRows& dev) {
  const std::map<Cell, PredictionRows> cells = by_cell(rows), of_dev = by_cell(dev);
  Calibration::Scaled result;
  result.least = std::numeric_limits<double>::infinity();
  std::vector<Prediction> changed;
  changed.reserve(rows.size());
  for (const auto& [cell, of_cell] : cells) {
    const auto at = of_dev.find(cell);
    const auto temperature = at == of_dev.end() ? std::nullopt : fit_temperature(at->second, table.classes);
    if (!temperature) return std::nullopt;
    result.least = std::min(result.least, *temperature), result.most = std::max(result.most, *temperature);
    for (const Prediction* row : of_cell) {
      Prediction& copy = changed.emplace_back();
      copy.seed = row->seed, copy.label = row->label;
      copy.probabilities = with_temperature(row->probabilities, *temperature);
    }
  }
  PredictionRows pointers;
  for (const Prediction& row : changed) pointers.push_back(&row);
  add_figures(result, pointers, table.classes);
  return result;
}

}  // namespace

std::vector<ReliabilityBin> reliability_bins(std::span<const Prediction* const> rows,
                                             const std::vector<std::string>& classes, std::size_t bins) {
  std::vector<ReliabilityBin> result(bins);
  const auto count = static_cast<double>(bins);
  for (std::size_t i = 0; i < bins; ++i)
    result[i].low = static_cast<double>(i) / count, result[i].high = static_cast<double>(i + 1) / count;
  for (const Confidence& one : confidences(rows, classes)) {
    const double place = std::ceil(one.value * count) - 1;
    add(result[static_cast<std::size_t>(std::clamp(place, 0.0, count - 1))], one);
  }
  finish(result);
  return result;
}

std::vector<ReliabilityBin> equal_mass_bins(std::span<const Prediction* const> rows,
                                            const std::vector<std::string>& classes, std::size_t bins) {
  std::vector<Confidence> sorted = confidences(rows, classes);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Confidence& a, const Confidence& b) { return a.value < b.value; });
  std::vector<ReliabilityBin> result;
  std::size_t from = 0;
  for (std::size_t bin = 1; bin <= bins && from < sorted.size(); ++bin) {
    std::size_t to = sorted.size() * bin / bins;
    while (to > from && to < sorted.size() && sorted[to].value == sorted[to - 1].value) ++to;
    if (to <= from) continue;
    ReliabilityBin& one = result.emplace_back();
    one.low = sorted[from].value, one.high = sorted[to - 1].value;
    for (; from < to; ++from) add(one, sorted[from]);
  }
  finish(result);
  return result;
}

double expected_calibration_error(const std::vector<ReliabilityBin>& bins) {
  double utterances = 0, error = 0;
  for (const ReliabilityBin& bin : bins) {
    utterances += static_cast<double>(bin.utterances);
    error += static_cast<double>(bin.utterances) * std::abs(bin.accuracy - bin.confidence);
  }
  return utterances > 0 ? error / utterances : std::numeric_limits<double>::quiet_NaN();
}

std::vector<double> with_temperature(std::span<const double> probabilities, double temperature) {
  std::vector<double> result;
  for (const double p : probabilities) result.push_back(std::log(std::max(p, tiny)) / temperature);
  const double top = *std::max_element(result.begin(), result.end());
  double sum = 0;
  for (double& value : result) sum += value = std::exp(value - top);
  for (double& value : result) value /= sum;
  return result;
}

std::optional<double> fit_temperature(std::span<const Prediction* const> rows,
                                      const std::vector<std::string>& classes) {
  const TemperatureProblem problem(rows, classes);
  if (problem.empty()) return std::nullopt;
  double low = 1 / 20.0, high = 1 / 0.05;  // of 1 / T, where the slope rises from below 0 to above 0
  for (int step = 0; step < 80; ++step) {
    const double middle = std::sqrt(low * high);
    (problem.slope(middle) < 0 ? low : high) = middle;
  }
  return 1 / std::sqrt(low * high);
}

std::optional<Calibration> calibration(const PredictionTable& table, const PredictionRows& rows,
                                       const PredictionRows& dev) {
  if (table.classes.empty() || table.decisions_only) return std::nullopt;
  Calibration result;
  add_figures(result, rows, table.classes);
  const std::vector<Confidence> all = confidences(rows, table.classes);
  if (all.empty()) return std::nullopt;
  for (const Confidence& one : all) result.confidence += one.value, result.accuracy += one.right;
  result.confidence /= static_cast<double>(all.size()), result.accuracy /= static_cast<double>(all.size());
  result.scaled = scaled(table, rows, dev);
  return result;
}

}  // namespace ser
