// The few distributions that intervals and tests need.
#pragma once

#include <cstddef>

namespace ser {

/// P(Z <= z) of the standard normal distribution, and its inverse for p in (0, 1) (infinite at 0 and 1). Relative error
/// below 1e-14.
double normal_cdf(double z);
double normal_quantile(double p);

/// I_x(a, b), the regularised incomplete beta function for a, b > 0 and x in [0, 1]: continued fraction of Lentz
/// (Numerical Recipes, section 6.4). Absolute error below 1e-13.
double incomplete_beta(double a, double b, double x);

/// P(T <= t) of Student's t with `degrees` > 0 degrees of freedom, and its inverse for p in (0, 1).
double student_t_cdf(double t, double degrees);
double student_t_quantile(double p, double degrees);

/// Two-sided probability of a split at least as uneven as a : b when both sides are equally likely (the exact
/// McNemar or sign test): twice the smaller tail of the binomial, at most 1. 1 for 0 : 0.
double even_split_p(std::size_t a, std::size_t b);

}  // namespace ser
