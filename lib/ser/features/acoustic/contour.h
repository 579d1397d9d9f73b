// Contours over time: smoothing, and simple functionals. Zero stands for "no value" where the name says nonzero.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace ser {

/// Mean of each value with its two neighbours; the ends are repeated. `after_last`: right neighbour of the last value
/// where one is known.
std::vector<float> smooth_three_frames(std::span<const float> contour, std::optional<float> after_last = {});

/// The same over the values that are not 0; 0 stays 0.
std::vector<float> smooth_three_nonzero_frames(std::span<const float> contour, std::optional<float> after_last = {});

/// Regression slope over two values to each side, per frame; the ends are repeated.
std::vector<float> delta_contour(std::span<const float> contour);

/// The same over pairs of values that are both not 0, for several contours of one length. The divisor is openSMILE's:
/// it begins at 10 and grows with every pair, over all frames and contours, so that deltas shrink towards the end of a
/// file. known: values that were there when the first known + 2 deltas were computed, the last of them repeated.
std::vector<std::vector<float>> nonzero_delta_contours(std::span<const std::vector<float>> contours, std::size_t known);

/// The values that are not 0, in order.
std::vector<float> nonzero_values(std::span<const float> contour);

struct MeanAndDeviation {
  float mean = 0;
  float normalised_deviation = 0;  ///< standard deviation (population) over mean: has the sign of the mean
};
MeanAndDeviation mean_and_normalised_deviation(std::span<const float> contour);

/// Percentiles with linear interpolation at position percent / 100 * (n - 1); 0 for an empty contour.
std::vector<float> percentiles(std::span<const float> contour, std::span<const double> percents);

}  // namespace ser
