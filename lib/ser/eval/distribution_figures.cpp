#include <ser/eval/distribution_figures.h>
#include <ser/eval/figures.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ser {

DistributionScores distribution_scores(std::span<const double> truth, std::span<const double> predicted) {
  constexpr double tiny = std::numeric_limits<double>::epsilon();
  DistributionScores s;
  double clark = 0, product = 0, truth_square = 0, predicted_square = 0, distance = 0;
  for (std::size_t k = 0; k < truth.size(); ++k) {
    const double off = std::abs(truth[k] - predicted[k]);
    s.chebyshev = std::max(s.chebyshev, off);
    distance += off;
    product += truth[k] * predicted[k];
    truth_square += truth[k] * truth[k], predicted_square += predicted[k] * predicted[k];
    const double u = std::clamp(truth[k], tiny, 1.0), v = std::clamp(predicted[k], tiny, 1.0);
    const double share = (u - v) / (u + v);
    clark += share * share;
    s.canberra += std::abs(share);
    s.kullback_leibler += u * std::log(u / v);
  }
  s.clark = std::sqrt(clark);
  s.cosine = product / std::sqrt(truth_square * predicted_square);
  s.intersection = 1 - 0.5 * distance;
  return s;
}

namespace {

/// Sums: utterances, then each metric.
class DistributionFigures final : public FigureSet {
 public:
  explicit DistributionFigures(std::size_t classes)
      : names_{{"chebyshev", "Chebyshev", false, false, 0, 1, true},
               {"clark", "Clark", false, false, 0, std::sqrt(static_cast<double>(classes)), true},
               {"canberra", "Canberra", false, false, 0, static_cast<double>(classes), true},
               {"kl", "KL divergence", false, false, -unlimited, unlimited, true},
               {"cosine", "cosine", false, true, 0, 1, true},
               {"intersection", "intersection", false, true, 0, 1, true}} {}

  const std::vector<FigureName>& names() const override { return names_; }
  std::size_t width() const override { return 7; }
  void add(const Prediction& row, const PredictedScores& scores, std::span<double> sums) const override {
    if (row.distribution.empty()) return;
    const DistributionScores s = distribution_scores(row.distribution, scores.probabilities);
    const double values[] = {1, s.chebyshev, s.clark, s.canberra, s.kullback_leibler, s.cosine, s.intersection};
    for (std::size_t i = 0; i < 7; ++i) sums[i] += values[i];
  }
  void figures(std::span<const double> sums, std::span<double> figures) const override {
    for (std::size_t f = 0; f < 6; ++f)
      figures[f] = sums[0] > 1e-6 ? sums[f + 1] / sums[0] : std::numeric_limits<double>::quiet_NaN();
  }

 private:
  std::vector<FigureName> names_;
};

}  // namespace

std::unique_ptr<FigureSet> distribution_figures(const PredictionTable& table) {
  return std::make_unique<DistributionFigures>(table.classes.size());
}

}  // namespace ser
