#include <ser/base/log.h>
#include <ser/classic/linear_pass.h>
#include <ser/classic/logreg.h>
#include <ser/classic/row_space.h>
#include <ser/classic/softmax_objective.h>
#include <ser/classic/training_set.h>

#include <algorithm>
#include <deque>
#include <numeric>
#include <optional>

namespace ser {
namespace {

constexpr std::size_t gain_window = 10;

/// Ends when no component of the gradient exceeds the tolerance and the objective is known, or by its recent fall
/// judged, to lie within about the tolerance (relative) of the optimum. scikit-learn's rule is the first half alone; at
/// C = 1 on 6373 correlated features it stops 12 % above the optimum.
class StoppingRule {
 public:
  StoppingRule(double tolerance, double strong_convexity) : tolerance_(tolerance), convexity_(strong_convexity) {}

  bool operator()(const MinimiseState& state) {
    recent_.push_back(state.value);
    if (recent_.size() > gain_window + 1) recent_.pop_front();
    if (max_norm(state.gradient) > tolerance_) return false;
    double squares = 0;
    for (const double value : state.gradient) squares += value * value;
    const bool certain = squares / (2 * convexity_) <= 0.1 * tolerance_ * state.value;
    const bool settled =
        recent_.size() > gain_window && recent_.front() - state.value <= 0.1 * tolerance_ * state.value;
    return certain || settled;
  }

 private:
  double tolerance_, convexity_;
  std::deque<double> recent_;
};

/// Whether the model's weights are coefficients for these data.
bool continues(const LinearModel& model, const TrainingSet& data, const std::vector<int>& present) {
  return model.fitted() && model.present == present && model.features == data.x.columns;
}

/// Current weights, in the coordinates of `space` when there is one.
std::vector<double> current(const LinearModel& model, const std::optional<RowSpace>& space) {
  std::vector<double> parameters = space ? space->reduce(model.coefficients) : model.coefficients;
  parameters.insert(parameters.end(), model.intercepts.begin(), model.intercepts.end());
  return parameters;
}

bool is_large(const SoftmaxProblem& problem) {
  return problem.x.rows * problem.x.columns * problem.score_rows() > large_pass;
}

/// Minimises in coordinates of even curvature, if given; `rule` sees the gradient in those of the problem.
MinimiseResult minimise_in(const SoftmaxProblem& problem, const EvenCurvature* even, Precision precision,
                           std::vector<double>& parameters, const std::function<bool(const MinimiseState&)>& rule,
                           int max_iterations) {
  const std::size_t coefficients = problem.score_rows() * problem.x.columns;
  const auto loss = [&](std::span<const double> x, std::span<double> gradient) {
    return softmax_loss(problem, x, gradient, precision);
  };
  if (!even) return minimise(loss, parameters, rule, max_iterations);
  std::vector<double> own(parameters.size());
  const auto even_loss = [&](std::span<const double> x, std::span<double> gradient) {
    std::ranges::copy(x, own.begin());
    even->apply(std::span(own).first(coefficients));
    const double value = loss(own, gradient);
    even->apply(gradient.first(coefficients));
    return value;
  };
  std::vector<double> gradient(parameters.size());
  const auto even_rule = [&](const MinimiseState& state) {
    std::ranges::copy(state.gradient, gradient.begin());
    even->apply_inverse(std::span(gradient).first(coefficients));
    return rule({state.iteration, state.value, gradient});
  };
  even->apply_inverse(std::span(parameters).first(coefficients));
  MinimiseResult result = minimise(even_loss, parameters, even_rule, max_iterations);
  even->apply(std::span(parameters).first(coefficients));
  result.gradient_norm = max_norm(gradient);
  return result;
}

/// Large problems go most of the way in float, which is twice as fast; double has the last word.
MinimiseResult solve(const SoftmaxProblem& problem, const LogregOptions& options, const EvenCurvature* even,
                     std::vector<double>& parameters) {
  MinimiseResult coarse;
  if (is_large(problem))
    coarse = minimise_in(problem, even, Precision::single, parameters,
                         StoppingRule(options.tolerance, problem.penalty_curvature()), options.max_iterations);
  StoppingRule rule(options.tolerance, problem.penalty_curvature());
  const auto confirmed = [&](const MinimiseState& state) {
    const bool done = rule(state);
    return done || (coarse.converged && max_norm(state.gradient) <= options.tolerance);
  };
  MinimiseResult result = minimise_in(problem, even, Precision::dual, parameters, confirmed,
                                      std::max(1, options.max_iterations - coarse.iterations));
  // A line search that rounding stops short of the rule is as near to the optimum as double comes.
  const bool stalled = result.iterations < options.max_iterations - coarse.iterations;
  result.converged = result.converged || (stalled && result.gradient_norm <= options.tolerance);
  result.iterations += coarse.iterations;
  return result;
}

}  // namespace

void describe_options(OptionTable& table, LogregOptions& options) {
  table.add("c", options.c, "weight of the loss against the penalty 0.5 ||W||^2, as in scikit-learn")
      .range(1e-12, 1e12);
  table.add("class_weight", options.class_weight, "balanced: classes weigh the same whatever their size")
      .choices({"none", "balanced"});
  table.add("tolerance", options.tolerance, "largest component of the mean loss's gradient at the end").range(0, 1);
  table.add("max_iterations", options.max_iterations, "of L-BFGS").at_least(1);
}

void LogisticRegression::fit(const TrainingSet& data, const FitContext& context) {
  const std::vector<int> present = check_training_set(data, name());
  std::vector<int> y(data.y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    const auto at = std::lower_bound(present.begin(), present.end(), data.y[i]);
    y[i] = at == present.end() ? 0 : static_cast<int>(at - present.begin());
  }
  const std::vector<double> weights = utterance_weights(data, present, options_.class_weight);
  const std::optional<RowSpace> space = RowSpace::of_wide(data.x, 8);
  const Matrix& x = space ? space->coordinates() : data.x;
  const SoftmaxProblem problem{x, y, weights, static_cast<int>(present.size()), options_.c, context.threads};
  const bool warm = continues(model_, data, present);
  std::optional<EvenCurvature> even;
  if (is_large(problem)) {
    if (!warm || directions_.vectors.columns != x.columns)
      directions_ = steep_directions(x, weights, useful_directions(x), context.threads);
    even.emplace(directions_, problem.data_curvature(), problem.penalty_curvature());
  }
  std::vector<double> parameters = warm ? current(model_, space) : std::vector<double>(problem.size());
  last_fit_ = solve(problem, options_, even ? &*even : nullptr, parameters);
  if (!last_fit_.converged)
    log::warning(
        "logreg: C = {}: not converged after {} iterations; largest gradient component {:.3g}, tolerance {:.3g}",
        options_.c, last_fit_.iterations, last_fit_.gradient_norm, options_.tolerance);

  const auto cut = parameters.begin() + static_cast<std::ptrdiff_t>(problem.score_rows() * x.columns);
  std::vector<double> coefficients(parameters.begin(), cut);
  if (space) coefficients = space->expand(coefficients);
  model_ = {data.classes, present, data.x.columns, std::move(coefficients), {cut, parameters.end()}};
  if (model_.rows() > 1) {
    const double mean =
        std::accumulate(model_.intercepts.begin(), model_.intercepts.end(), 0.0) / static_cast<double>(model_.rows());
    for (double& intercept : model_.intercepts) intercept -= mean;
  }
}

Matrix LogisticRegression::predict(const Matrix& x) const { return decision_probabilities(model_, x); }
TensorMap LogisticRegression::save() const { return save_linear_model(model_); }
void LogisticRegression::load(const TensorMap& tensors) { model_ = load_linear_model(tensors, name()); }

}  // namespace ser
