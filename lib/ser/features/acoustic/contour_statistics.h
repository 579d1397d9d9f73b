// Functionals of the values of a contour, with openSMILE's definitions.
#pragma once

#include <cstddef>
#include <span>

namespace ser {

/// Sizes that several functionals share. Of an empty contour all are 0.
struct ContourRange {
  explicit ContourRange(std::span<const float> contour);
  float lowest = 0, highest = 0, range = 0;
  std::size_t lowest_at = 0, highest_at = 0;  ///< the first of equal ones
};

struct ContourMeans {
  float mean = 0;
  float flatness = 0;  ///< geometric mean of the magnitudes that are not 0 / mean of all magnitudes; 1 if that is 0
  float positive_mean = 0;  ///< of the values above 0
  float root_mean_square = 0;
};
ContourMeans contour_means(std::span<const float> contour);

/// Of the population; kurtosis is not excess. All 0 for a constant contour.
struct ContourMoments {
  float deviation = 0, skewness = 0, kurtosis = 0;
};
ContourMoments contour_moments(std::span<const float> contour);

/// Share of values above lowest + level * range.
float share_above(std::span<const float> contour, const ContourRange& range, float level);

/// Share of steps from one value to the next that rise, and share of inner values at which the contour bends upwards.
struct ContourDirections {
  float rising = 0, left_curved = 0;
};
ContourDirections contour_directions(std::span<const float> contour);

/// x as long as |x| <= linear, then bending towards linear + headroom (a hyperbolic tangent of a square root).
float soft_limit(float x, float linear, float headroom);

}  // namespace ser
