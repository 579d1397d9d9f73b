// How far values are from a reference.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

namespace ser::test {

/// Relative errors with denominator max(|reference|, floor).
inline std::vector<double> errors(std::span<const float> ours, std::span<const double> reference, double floor) {
  std::vector<double> out;
  for (std::size_t i = 0; i < reference.size(); ++i)
    out.push_back(std::abs(static_cast<double>(ours[i]) - reference[i]) / std::max(std::abs(reference[i]), floor));
  return out;
}

inline double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

inline double largest_magnitude(const std::vector<double>& values) {
  double largest = 0;
  for (const double x : values) largest = std::max(largest, std::abs(x));
  return largest;
}

/// The columns of eGeMAPS that depend on the ill-conditioned linear prediction (specification, section 14).
inline bool of_formants(const std::string& name) {
  return name.starts_with("F1") || name.starts_with("F2") || name.starts_with("F3") ||
         name.starts_with("logRelF0-H1-A3");
}

}  // namespace ser::test
