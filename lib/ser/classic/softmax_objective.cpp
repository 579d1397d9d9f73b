#include <ser/base/parallel.h>
#include <ser/classic/linear_kernels.h>
#include <ser/classic/softmax_objective.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

constexpr std::size_t cache_bytes = 512 * 1024, max_parts = 32, min_part_rows = 64;

/// What one part of the rows contributes.
template <class Real>
struct Part {
  double loss = 0;
  std::vector<Real> gradient;      ///< [score_rows, features]
  std::vector<double> intercepts;  ///< [score_rows]
};

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
struct Pass {
  const SoftmaxProblem& problem;
  std::vector<Real> weights;  ///< [score_rows, features]
  std::span<const double> intercepts;

  Part<Real> run(std::size_t begin, std::size_t end) const {
    const std::size_t columns = problem.x.columns, scores_per_row = problem.score_rows();
    const std::size_t step = std::clamp<std::size_t>(cache_bytes / (4 * columns + 1) / 4 * 4, 4, 64);
    Part<Real> part{0, std::vector<Real>(weights.size()), std::vector<double>(scores_per_row)};
    std::vector<Real> scores(step * scores_per_row);
    for (std::size_t i = begin; i < end; i += step) {
      const RowBlock block{problem.x.values.data() + i * columns, std::min(step, end - i), columns};
      block_scores(block, weights.data(), scores_per_row, scores.data());
      for (std::size_t r = 0; r < block.rows; ++r)
        part.loss += row(std::span(scores).subspan(r * scores_per_row, scores_per_row), i + r, part.intercepts);
      add_block_gradient(block, scores.data(), scores_per_row, part.gradient.data());
    }
    return part;
  }

  double row(std::span<Real> scores, std::size_t i, std::vector<double>& intercept_gradient) const {
    for (std::size_t k = 0; k < scores.size(); ++k) scores[k] += static_cast<Real>(intercepts[k]);
    const double loss = scores.size() == 1 ? logistic_residual(scores[0], problem.y[i], problem.weights[i])
                                           : softmax_residuals(scores, problem.y[i], problem.weights[i]);
    for (std::size_t k = 0; k < scores.size(); ++k) intercept_gradient[k] += static_cast<double>(scores[k]);
    return loss;
  }
};

template <class Real>
double loss_in(const SoftmaxProblem& problem, std::span<const double> parameters, std::span<double> gradient) {
  const std::size_t rows = problem.x.rows, coefficients = problem.score_rows() * problem.x.columns;
  const auto w = parameters.first(coefficients);
  const Pass<Real> pass{problem, std::vector<Real>(w.begin(), w.end()), parameters.subspan(coefficients)};
  // The parts are the same for any number of threads, and their sums are added in order.
  const std::size_t part_rows = std::max(min_part_rows, (rows + max_parts - 1) / max_parts);
  const std::size_t parts = (rows + part_rows - 1) / part_rows;
  const bool large = rows * coefficients > 2'000'000;
  double sum = 0, loss = 0;
  for (const double weight : problem.weights) sum += weight;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  ordered_parallel_for<Part<Real>>(
      parts, large ? problem.threads : 1,
      [&](std::size_t p) { return pass.run(p * part_rows, std::min(rows, (p + 1) * part_rows)); },
      [&](std::size_t, Part<Real>&& part) {
        loss += part.loss;
        for (std::size_t j = 0; j < coefficients; ++j) gradient[j] += static_cast<double>(part.gradient[j]);
        for (std::size_t k = 0; k < part.intercepts.size(); ++k) gradient[coefficients + k] += part.intercepts[k];
      });
  double squares = 0;
  for (const double value : w) squares += value * value;
  for (std::size_t j = 0; j < coefficients; ++j) gradient[j] = (gradient[j] + w[j] / problem.c) / sum;
  for (double& value : gradient.subspan(coefficients)) value /= sum;
  return (loss + 0.5 * squares / problem.c) / sum;
}

}  // namespace

double softmax_loss(const SoftmaxProblem& problem, std::span<const double> parameters, std::span<double> gradient,
                    Precision precision) {
  return precision == Precision::single ? loss_in<float>(problem, parameters, gradient)
                                        : loss_in<double>(problem, parameters, gradient);
}

}  // namespace ser
