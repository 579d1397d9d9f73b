#include <ser/eval/abstention.h>
#include <ser/eval/metrics.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace ser {
namespace {

struct Answer {
  double confidence = 0;
  std::size_t truth = 0, guess = 0;
  bool wrong() const { return truth != guess; }
};

/// Most confident first; equal ones in the order of the rows.
std::vector<Answer> sorted_answers(const PredictionTable& table, const PredictionRows& rows) {
  std::map<std::string, std::size_t> index;
  for (std::size_t k = 0; k < table.classes.size(); ++k) index.emplace(table.classes[k], k);
  std::vector<Answer> answers;
  for (const Prediction* row : rows) {
    if (row->label.empty()) continue;
    const std::size_t guess = predicted_class(*row);
    answers.push_back({row->probabilities[guess], index.at(row->label), guess});
  }
  std::stable_sort(answers.begin(), answers.end(),
                   [](const Answer& a, const Answer& b) { return a.confidence > b.confidence; });
  return answers;
}

/// Errors expected among the first k answers for each k, were answers of equal confidence in random order.
std::vector<double> expected_errors(const std::vector<Answer>& answers) {
  std::vector<double> errors;
  double before = 0;
  for (std::size_t from = 0; from < answers.size();) {
    std::size_t to = from;
    double in_group = 0;
    for (; to < answers.size() && answers[to].confidence == answers[from].confidence; ++to)
      in_group += answers[to].wrong();
    for (std::size_t i = from; i < to; ++i)
      errors.push_back(before + in_group * static_cast<double>(i - from + 1) / static_cast<double>(to - from));
    before += in_group;
    from = to;
  }
  return errors;
}

}  // namespace

std::optional<RiskCoverage> risk_coverage(const PredictionTable& table, const PredictionRows& rows) {
  if (table.classes.empty() || table.decisions_only) return std::nullopt;
  const std::vector<Answer> answers = sorted_answers(table, rows);
  if (answers.empty()) return std::nullopt;
  const std::vector<double> errors = expected_errors(answers);
  const auto n = static_cast<double>(answers.size());
  RiskCoverage result;
  for (std::size_t k = 1; k <= answers.size(); ++k) {
    const double right = n - errors.back(), count = static_cast<double>(k);
    result.aurc += errors[k - 1] / count / n;
    result.optimal_aurc += std::max(0.0, count - right) / count / n;
  }
  for (int twentieth = 20; twentieth >= 1; --twentieth) {
    const auto k = static_cast<std::size_t>(std::max(1.0, std::ceil(n * twentieth / 20 - 1e-9)));
    ConfusionMatrix confusion(table.classes.size());
    for (std::size_t i = 0; i < k; ++i) ++confusion(answers[i].truth, answers[i].guess);
    result.points.push_back({static_cast<double>(k) / n, answers[k - 1].confidence,
                             errors[k - 1] / static_cast<double>(k), score(confusion).unweighted_average_recall});
  }
  return result;
}

}  // namespace ser
