#include <ser/eval/figures.h>

#include <cmath>
#include <limits>

namespace ser {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t moments = 7, figures_each = 4;

/// Sums per dimension: utterances, x, y, x^2, y^2, xy, |x - y| with references x and estimates y, both less the mean of
/// all references, so that the second moments do not cancel.
class DimensionFigures final : public FigureSet {
 public:
  explicit DimensionFigures(const PredictionTable& table) : centre_(table.dimensions.size()) {
    for (const std::string& d : table.dimensions) {
      names_.push_back({"ccc_" + d, "CCC " + d, false, true, -1, 1});
      names_.push_back({"pearson_" + d, "Pearson " + d, false, true, -1, 1});
      names_.push_back({"mae_" + d, "MAE " + d, false, false, 0, unlimited});
      names_.push_back({"rmse_" + d, "RMSE " + d, false, false, 0, unlimited});
    }
    if (centre_.size() > 1) names_.push_back({"ccc_mean", "mean CCC", false, true, -1, 1});
    for (std::size_t d = 0; d < centre_.size(); ++d) {
      double sum = 0, n = 0;
      for (const Prediction& row : table.rows)
        if (!row.reference.empty() && !std::isnan(row.reference[d])) sum += row.reference[d], ++n;
      centre_[d] = n > 0 ? sum / n : 0;
    }
  }

  const std::vector<FigureName>& names() const override { return names_; }
  std::size_t width() const override { return moments * centre_.size(); }

  void add(const Prediction& row, const PredictedScores& scores, std::span<double> sums) const override {
    for (std::size_t d = 0; d < row.reference.size(); ++d) {
      if (std::isnan(row.reference[d])) continue;
      const double x = row.reference[d] - centre_[d], y = scores.estimate[d] - centre_[d];
      const double values[moments] = {1, x, y, x * x, y * y, x * y, std::abs(x - y)};
      for (std::size_t i = 0; i < moments; ++i) sums[moments * d + i] += values[i];
    }
  }

  void figures(std::span<const double> sums, std::span<double> figures) const override {
    double concordances = 0;
    for (std::size_t d = 0; d < centre_.size(); ++d) {
      one_dimension(sums.subspan(moments * d, moments), figures.subspan(figures_each * d, figures_each));
      concordances += figures[figures_each * d];
    }
    if (centre_.size() > 1) figures.back() = concordances / static_cast<double>(centre_.size());
  }

 private:
  /// Lin 1989: CCC = 2 cov / (var x + var y + (mean x - mean y)^2), with population moments.
  static void one_dimension(std::span<const double> sums, std::span<double> figures) {
    const double n = sums[0];
    if (n < 1e-6) {
      for (double& figure : figures) figure = undefined;
      return;
    }
    const double x = sums[1] / n, y = sums[2] / n;
    const double xx = std::max(0.0, sums[3] / n - x * x), yy = std::max(0.0, sums[4] / n - y * y);
    const double xy = sums[5] / n - x * y, scale = xx + yy + (x - y) * (x - y);
    const bool constant = yy <= 1e-13 * std::max(sums[4] / n, 1e-300) || xx <= 1e-13 * std::max(sums[3] / n, 1e-300);
    figures[0] = scale > 0 ? (constant ? 0 : 2 * xy / scale) : undefined;
    figures[1] = constant ? undefined : xy / std::sqrt(xx * yy);
    figures[2] = sums[6] / n;
    figures[3] = std::sqrt(std::max(0.0, (sums[3] + sums[4] - 2 * sums[5]) / n));
  }

  std::vector<double> centre_;
  std::vector<FigureName> names_;
};

}  // namespace

std::unique_ptr<FigureSet> dimension_figures(const PredictionTable& table) {
  return std::make_unique<DimensionFigures>(table);
}

}  // namespace ser
