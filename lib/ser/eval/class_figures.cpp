#include <ser/eval/figures.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace ser {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

/// Sums: hits, support and predictions per class, then utterances, log loss, squared error, and hits among the top k.
class ClassFigures final : public FigureSet {
 public:
  explicit ClassFigures(const PredictionTable& table) : classes_(table.classes.size()) {
    for (std::size_t k = 0; k < classes_; ++k) index_.emplace(table.classes[k], k);
    names_ = {{"uar", "UAR"}, {"war", "WAR"}, {"macro_f1", "macro-F1"}, {"weighted_f1", "weighted F1"}};
    if (table.decisions_only) return;
    names_.push_back({"log_loss", "log loss", false, false, 0, unlimited, true});
    names_.push_back({"brier", "Brier score", false, false, 0, 2, true});
    for (const std::size_t k : {2, 3, 5})
      if (k < classes_) {
        top_.push_back(k);
        names_.push_back({"top" + std::to_string(k), "top-" + std::to_string(k) + " accuracy"});
      }
  }

  const std::vector<FigureName>& names() const override { return names_; }
  std::size_t width() const override { return 3 * classes_ + 3 + top_.size(); }

  void add(const Prediction& row, const PredictedScores& scores, std::span<double> sums) const override {
    if (row.label.empty()) return;
    const std::span<const double> p = scores.probabilities;
    const std::size_t truth = index_.at(row.label);
    const auto guess = static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
    sums[truth] += guess == truth;
    ++sums[classes_ + truth], ++sums[2 * classes_ + guess], ++sums[3 * classes_];
    constexpr double tiny = std::numeric_limits<double>::epsilon();
    sums[3 * classes_ + 1] -= std::log(std::clamp(p[truth], tiny, 1 - tiny));
    std::size_t better = 0;
    for (std::size_t k = 0; k < classes_; ++k) {
      const double off = p[k] - (k == truth ? 1 : 0);
      sums[3 * classes_ + 2] += off * off;
      better += p[k] > p[truth] || (p[k] == p[truth] && k < truth);
    }
    for (std::size_t i = 0; i < top_.size(); ++i) sums[3 * classes_ + 3 + i] += better < top_[i];
  }

  void figures(std::span<const double> sums, std::span<double> figures) const override {
    const double n = sums[3 * classes_];
    double hits = 0, recalls = 0, f1_sum = 0, weighted = 0, present = 0;
    for (std::size_t k = 0; k < classes_; ++k) {
      const double support = sums[classes_ + k];
      if (support < 1e-6) continue;
      const double f1 = 2 * sums[k] / (support + sums[2 * classes_ + k]);
      ++present, hits += sums[k], recalls += sums[k] / support, f1_sum += f1, weighted += support * f1;
    }
    const bool any = present > 0;
    figures[0] = any ? recalls / present : undefined;
    figures[1] = any ? hits / n : undefined;
    figures[2] = any ? f1_sum / present : undefined;
    figures[3] = any ? weighted / n : undefined;
    for (std::size_t f = 4; f < names_.size(); ++f) figures[f] = any ? sums[3 * classes_ + f - 3] / n : undefined;
  }

 private:
  std::size_t classes_;
  std::unordered_map<std::string, std::size_t> index_;
  std::vector<std::size_t> top_;
  std::vector<FigureName> names_;
};

}  // namespace

std::unique_ptr<FigureSet> class_figures(const PredictionTable& table) { return std::make_unique<ClassFigures>(table); }

}  // namespace ser
