// Time and peak memory of bootstrap intervals: 100,000 utterances of 1,000 speakers, 32 classes, 2,000 draws, one
// thread. UAR, macro-F1, KL and all other figures of such a table, by speaker and by utterance. Usage:
// ser-bench-bootstrap
#include <fmt/format.h>
#include <ser/base/random.h>
#include <ser/eval/constant_predictors.h>
#include <ser/eval/figure_estimates.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>

using namespace ser;

namespace {

std::vector<double> random_distribution(Random& random, std::size_t classes) {
  std::vector<double> p;
  double sum = 0;
  for (std::size_t k = 0; k < classes; ++k) {
    p.push_back(std::pow(random.uniform(), 4));
    sum += p.back();
  }
  for (double& value : p) value /= sum;
  return p;
}

PredictionTable made_up(std::size_t utterances, std::size_t classes) {
  PredictionTable table;
  for (std::size_t k = 0; k < classes; ++k) table.classes.push_back(fmt::format("c{}", k));
  table.distributions = true;
  Random random(1, "bench");
  for (std::size_t i = 0; i < utterances; ++i) {
    Prediction& row = table.rows.emplace_back();
    row.id = fmt::format("u{:06}", i);
    row.distribution = random_distribution(random, classes);
    row.label = table.classes[static_cast<std::size_t>(
        std::max_element(row.distribution.begin(), row.distribution.end()) - row.distribution.begin())];
    row.probabilities = random_distribution(random, classes);
    for (std::size_t k = 0; k < classes; ++k) row.probabilities[k] = (row.probabilities[k] + row.distribution[k]) / 2;
  }
  return table;
}

}  // namespace

int main() {
  const PredictionTable table = made_up(100000, 32);
  PredictionRows rows;
  for (const Prediction& row : table.rows) rows.push_back(&row);
  const ConstantPredictor constant = training_mean(table, {}, rows);
  IntervalOptions options;
  options.method = "bca";
  for (const std::string unit : {"speaker", "utterance"}) {
    const auto start = std::chrono::steady_clock::now();
    const ResamplingUnits units = resampling_units(
        rows, [](const Prediction& row) { return row.id.substr(0, 1) + row.id.substr(4); }, unit);
    const std::vector<FigureEstimate> figures = estimate_figures(table, rows, units, constant, options, 1);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    fmt::print("by {} ({} units): {} figures, {} draws: {:.2f} s, peak memory {} MB\n", unit, units.names.size(),
               figures.size(), options.draws,
               std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), usage.ru_maxrss / 1024);
    for (const FigureEstimate& figure : figures)
      if (figure.name.key == "uar" || figure.name.key == "macro_f1" || figure.name.key == "kl")
        fmt::print("  {} {:.4f}, {:.4f} to {:.4f}\n", figure.name.title, figure.seeds.mean, figure.interval.low,
                   figure.interval.high);
  }
}
