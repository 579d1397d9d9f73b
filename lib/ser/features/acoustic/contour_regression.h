// Straight line and parabola through a contour.
#pragma once

#include <ser/features/acoustic/contour_statistics.h>

#include <span>

namespace ser {

/// Least squares over the index of the values, in the normalisation of openSMILE's functionals: slopes and curvature
/// limited softly, then times the units, then divided by the contour's range; offsets relative to its minimum and
/// range; errors of the fit before the limits. All 0 where a value is not finite, and of a constant but for the
/// centroid.
struct ContourRegression {
  float line_slope = 0, line_offset = 0, line_error = 0;  ///< error: mean square of the residual over the range
  float parabola_curvature = 0, parabola_slope = 0, parabola_offset = 0, parabola_error = 0;
  float centroid = 0;  ///< sum i |x| / sum |x| / n
};

/// units: values per unit of time, 1 for coefficients per frame, 100 for coefficients per second.
ContourRegression contour_regression(std::span<const float> contour, const ContourRange& range, double units);

}  // namespace ser
