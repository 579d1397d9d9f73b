// Peaks of a contour and the slopes between them, with the rules of openSMILE.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ser {

struct ContourExtremum {
  std::size_t position = 0;
  float value = 0;
  bool maximum = false;
};

/// Alternating maxima and minima that stand out by a tenth of the contour's range. Extrema within two values of either
/// end do not count.
std::vector<ContourExtremum> contour_extrema(std::span<const float> contour);

struct PeakSlopes {
  float mean_rising = 0, deviation_rising = 0;    ///< per second
  float mean_falling = 0, deviation_falling = 0;  ///< per second; positive between peaks, negative to the end
};

/// Slopes between neighbouring extrema, from the first value and to the last one. Without extrema: the slope from the
/// first to the last value, per frame.
PeakSlopes peak_slopes(std::span<const float> contour, std::span<const ContourExtremum> extrema, double frame_seconds);

}  // namespace ser
