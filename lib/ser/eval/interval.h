// Confidence intervals of figures, from resampled speakers or utterances.
#pragma once

#include <ser/config/option_table.h>
#include <ser/eval/resampling.h>

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace ser {

struct IntervalOptions {
  std::string method = "auto";
  std::string unit = "auto";
  double level = 0.95;
  int draws = 2000;
  std::uint64_t seed = 42;
};
void describe_options(OptionTable& table, IntervalOptions& options);

/// Below this many units the bootstrap is too narrow, and "auto" is the jackknife's t (docs/evaluation.md has the
/// coverage measured for both).
inline constexpr std::size_t fewest_units_for_bootstrap = 30;
/// Below this many no interval holds well.
inline constexpr std::size_t fewest_units = 6;

/// `low` and `high` are NaN where there is none: fewer than two units, or a figure that is not defined.
struct Interval {
  double low = std::numeric_limits<double>::quiet_NaN(), high = std::numeric_limits<double>::quiet_NaN();
  double standard_error = std::numeric_limits<double>::quiet_NaN();  ///< of the jackknife
  std::string method;                                                ///< "t", "bca", "percentile", "none"
  bool defined() const { return low == low; }
};

/// What "auto" means for that many units.
std::string chosen_method(const IntervalOptions& options, std::size_t units);

/// The interval of one figure from its replicates.
///   t           estimate +- t(units - 1) x standard error of the jackknife (Efron & Stein 1981)
///   percentile  quantiles of the draws (Efron 1979)
///   bca         bias-corrected and accelerated quantiles of the draws (Efron 1987), acceleration by the jackknife
/// Replicates that are NaN are left out. An interval never leaves [least, most], the values that the figure can have.
Interval make_interval(double estimate, std::span<const double> draws, std::span<const double> jackknife,
                       const std::string& method, double level, double least = -std::numeric_limits<double>::infinity(),
                       double most = std::numeric_limits<double>::infinity());

/// Value below which the share p of the values lies, by linear interpolation (type 7 of Hyndman & Fan 1996); NaN for
/// none. Sorts the values.
double quantile(std::vector<double>& values, double p);

}  // namespace ser
