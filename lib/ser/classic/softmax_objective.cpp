#include <ser/classic/linear_pass.h>
#include <ser/classic/softmax_objective.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ser {
namespace {

/// Replaces the scores of one row by the derivatives of its loss (times its weight) and returns the weighted loss.
template <class Real>
double softmax_residuals(std::span<Real> scores, int label, double weight) {
  double top = scores[0], sum = 0;
  for (const Real score : scores) top = std::max(top, static_cast<double>(score));
  const double reference = scores[static_cast<std::size_t>(label)];
  for (const Real score : scores) sum += std::exp(static_cast<double>(score) - top);
  for (std::size_t k = 0; k < scores.size(); ++k)
    scores[k] = static_cast<Real>(weight * (std::exp(static_cast<double>(scores[k]) - top) / sum -
                                            (k == static_cast<std::size_t>(label) ? 1 : 0)));
  return weight * (top + std::log(sum) - reference);
}

template <class Real>
double logistic_residual(Real& score, int label, double weight) {
  const double sign = label ? 1 : -1, margin = sign * static_cast<double>(score);
  const double tail = std::exp(-std::abs(margin));
  score = static_cast<Real>(-sign * weight * (margin > 0 ? tail : 1) / (1 + tail));
  return weight * (std::max(0.0, -margin) + std::log1p(tail));
}

template <class Real>
double loss_in(const SoftmaxProblem& problem, std::span<const double> parameters, std::span<double> gradient) {
  const std::size_t coefficients = problem.score_rows() * problem.x.columns;
  const auto w = parameters.first(coefficients), intercepts = parameters.subspan(coefficients);
  const std::vector<Real> weights(w.begin(), w.end());
  std::vector<double> totals(1 + intercepts.size());  // loss, then the intercepts' gradient
  std::fill(gradient.begin(), gradient.end(), 0.0);
  linear_pass<Real>(
      problem.x, weights, problem.threads,
      [&](std::size_t i, std::span<Real> scores, std::span<double> part) {
        for (std::size_t k = 0; k < scores.size(); ++k) scores[k] += static_cast<Real>(intercepts[k]);
        part[0] += scores.size() == 1 ? logistic_residual(scores[0], problem.y[i], problem.weights[i])
                                      : softmax_residuals(scores, problem.y[i], problem.weights[i]);
        for (std::size_t k = 0; k < scores.size(); ++k) part[1 + k] += static_cast<double>(scores[k]);
      },
      gradient.first(coefficients), totals);
  double sum = 0, squares = 0;
  for (const double weight : problem.weights) sum += weight;
  for (const double value : w) squares += value * value;
  for (std::size_t j = 0; j < coefficients; ++j) gradient[j] = (gradient[j] + w[j] / problem.c) / sum;
  for (std::size_t k = 0; k < intercepts.size(); ++k) gradient[coefficients + k] = totals[1 + k] / sum;
  return (totals[0] + 0.5 * squares / problem.c) / sum;
}

}  // namespace

double SoftmaxProblem::penalty_curvature() const {
  return 1 / (c * std::accumulate(weights.begin(), weights.end(), 0.0));
}

double softmax_loss(const SoftmaxProblem& problem, std::span<const double> parameters, std::span<double> gradient,
                    Precision precision) {
  return precision == Precision::single ? loss_in<float>(problem, parameters, gradient)
                                        : loss_in<double>(problem, parameters, gradient);
}

}  // namespace ser
