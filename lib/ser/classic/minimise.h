// L-BFGS (Nocedal 1980; Liu and Nocedal 1989) by libLBFGS, with the stopping rule left to the caller.
#pragma once

#include <functional>
#include <span>
#include <vector>

namespace ser {

/// Value at `x`; fills `gradient`.
using SmoothFunction = std::function<double(std::span<const double> x, std::span<double> gradient)>;

/// Where a minimisation stands after an iteration.
struct MinimiseState {
  int iteration = 0;  ///< 0: the starting point
  double value = 0;
  std::span<const double> gradient;
};

struct MinimiseResult {
  int iterations = 0;
  double value = 0;
  double gradient_norm = 0;  ///< largest absolute component
  bool converged = false;    ///< the caller's rule held; otherwise the limit was met or rounding allows no further step
};

/// Minimises from `x`, which holds the best point afterwards. Ends when converged(state) or after max_iterations.
/// Throws Error for a value that is not finite, Interrupted when a signal was received.
MinimiseResult minimise(const SmoothFunction& function, std::vector<double>& x,
                        const std::function<bool(const MinimiseState&)>& converged, int max_iterations);

/// Largest absolute value; 0 of nothing.
double max_norm(std::span<const double> values);

}  // namespace ser
