#include <ser/base/error.h>
#include <ser/eval/metrics.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>

namespace ser {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

double ratio(std::size_t numerator, std::size_t denominator) {
  return denominator == 0 ? undefined : static_cast<double>(numerator) / static_cast<double>(denominator);
}

}  // namespace

std::size_t ConfusionMatrix::support(std::size_t reference) const {
  const auto row = counts_.begin() + static_cast<std::ptrdiff_t>(reference * classes_);
  return std::accumulate(row, row + static_cast<std::ptrdiff_t>(classes_), std::size_t{0});
}

std::size_t ConfusionMatrix::predicted(std::size_t predicted) const {
  std::size_t sum = 0;
  for (std::size_t k = 0; k < classes_; ++k) sum += (*this)(k, predicted);
  return sum;
}

std::size_t ConfusionMatrix::total() const { return std::accumulate(counts_.begin(), counts_.end(), std::size_t{0}); }

Scores score(const ConfusionMatrix& confusion) {
  Scores scores;
  scores.utterances = confusion.total();
  scores.confusion = confusion;
  std::size_t hits = 0;
  double recalls = 0, f1_present = 0, f1_all = 0;
  for (std::size_t k = 0; k < confusion.classes(); ++k) {
    ClassScores& one = scores.classes.emplace_back();
    const std::size_t hit = confusion(k, k);
    one.support = confusion.support(k);
    one.predicted = confusion.predicted(k);
    one.recall = ratio(hit, one.support);
    one.precision = ratio(hit, one.predicted);
    one.f1 = ratio(2 * hit, one.support + one.predicted);
    hits += hit;
    if (!std::isnan(one.f1)) f1_all += one.f1;
    if (one.support == 0) continue;
    ++scores.classes_present;
    recalls += one.recall;
    f1_present += one.f1;
  }
  const double present = scores.classes_present > 0 ? static_cast<double>(scores.classes_present) : undefined;
  scores.unweighted_average_recall = recalls / present;
  scores.weighted_average_recall = ratio(hits, scores.utterances);
  scores.macro_f1 = f1_present / present;
  scores.macro_f1_all_classes = scores.utterances > 0 ? f1_all / static_cast<double>(confusion.classes()) : undefined;
  scores.log_loss = undefined;
  return scores;
}

Scores score(std::span<const Prediction* const> rows, const std::vector<std::string>& classes, bool decisions_only) {
  std::unordered_map<std::string, std::size_t> index;
  for (std::size_t k = 0; k < classes.size(); ++k) index.emplace(classes[k], k);
  ConfusionMatrix confusion(classes.size());
  constexpr double tiny = std::numeric_limits<double>::epsilon();
  double loss = 0;
  for (const Prediction* row : rows) {
    if (row->label.empty()) continue;
    const auto at = index.find(row->label);
    if (at == index.end() || row->probabilities.size() != classes.size())
      throw_error<DataError>("prediction of {}: label '{}' or its {} probabilities do not fit the {} classes", row->id,
                             row->label, row->probabilities.size(), classes.size());
    ++confusion(at->second, predicted_class(*row));
    loss -= std::log(std::clamp(row->probabilities[at->second], tiny, 1 - tiny));
  }
  Scores scores = score(confusion);
  if (!decisions_only && scores.utterances > 0) scores.log_loss = loss / static_cast<double>(scores.utterances);
  return scores;
}

std::span<const Metric> metrics() {
  static constexpr std::array<Metric, 4> all{{{"uar", "UAR", true, &Scores::unweighted_average_recall},
                                              {"war", "WAR", true, &Scores::weighted_average_recall},
                                              {"macro_f1", "macro-F1", true, &Scores::macro_f1},
                                              {"log_loss", "log loss", false, &Scores::log_loss}}};
  return all;
}

Spread spread(std::span<const double> values) {
  Spread result;
  double sum = 0;
  for (const double value : values)
    if (!std::isnan(value)) sum += value, ++result.count;
  result.mean = result.count > 0 ? sum / static_cast<double>(result.count) : undefined;
  double squares = 0;
  for (const double value : values)
    if (!std::isnan(value)) squares += (value - result.mean) * (value - result.mean);
  result.deviation = result.count > 1 ? std::sqrt(squares / static_cast<double>(result.count - 1)) : undefined;
  return result;
}

}  // namespace ser
