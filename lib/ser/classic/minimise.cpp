#include <lbfgs.h>
#include <ser/base/error.h>
#include <ser/base/signals.h>
#include <ser/classic/minimise.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <memory>

namespace ser {
namespace {

struct Run {
  const SmoothFunction& function;
  const std::function<bool(const MinimiseState&)>& converged;
  MinimiseResult result;
  std::exception_ptr failure;  // libLBFGS is C: nothing may be thrown through it
};

lbfgsfloatval_t evaluate(void* instance, const lbfgsfloatval_t* x, lbfgsfloatval_t* gradient, int n, lbfgsfloatval_t) {
  Run& run = *static_cast<Run*>(instance);
  const auto size = static_cast<std::size_t>(n);
  try {
    return run.function({x, size}, {gradient, size});
  } catch (...) {
    run.failure = std::current_exception();
    std::fill_n(gradient, size, 0.0);
    return 0;
  }
}

int progress(void* instance, const lbfgsfloatval_t*, const lbfgsfloatval_t* gradient, lbfgsfloatval_t value,
             lbfgsfloatval_t, lbfgsfloatval_t, lbfgsfloatval_t, int n, int iteration, int) {
  Run& run = *static_cast<Run*>(instance);
  const std::span<const double> all(gradient, static_cast<std::size_t>(n));
  run.result.iterations = iteration;
  run.result.value = value;
  run.result.gradient_norm = max_norm(all);
  run.result.converged = run.converged({iteration, value, all});
  return run.failure || run.result.converged || received_signal() ? 1 : 0;
}

}  // namespace

double max_norm(std::span<const double> values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

MinimiseResult minimise(const SmoothFunction& function, std::vector<double>& x,
                        const std::function<bool(const MinimiseState&)>& converged, int max_iterations) {
  Run run{function, converged, {}, nullptr};
  std::vector<double> gradient(x.size());
  run.result.value = function(x, gradient);
  run.result.gradient_norm = max_norm(gradient);
  if (!std::isfinite(run.result.value)) throw Error("the loss is not finite: the features are too large to learn from");
  run.result.converged = converged({0, run.result.value, gradient});
  if (run.result.converged || run.result.gradient_norm == 0) return run.result;

  const std::unique_ptr<lbfgsfloatval_t, decltype(&lbfgs_free)> point(lbfgs_malloc(static_cast<int>(x.size())),
                                                                      &lbfgs_free);
  if (!point) throw std::bad_alloc();
  std::copy(x.begin(), x.end(), point.get());
  lbfgs_parameter_t parameters;
  lbfgs_parameter_init(&parameters);
  parameters.m = 20;
  parameters.epsilon = 0;
  parameters.max_iterations = max_iterations;
  lbfgs(static_cast<int>(x.size()), point.get(), nullptr, &evaluate, &progress, &run, &parameters);
  if (run.failure) std::rethrow_exception(run.failure);
  throw_if_interrupted();
  std::copy_n(point.get(), x.size(), x.begin());
  return run.result;
}

}  // namespace ser
