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

/// Heights and distances of the extrema of contour_extrema().
struct PeakStatistics {
  float mean_distance = 0;       ///< seconds, between successive maxima
  float distance_deviation = 0;  ///< seconds; openSMILE's: of the distances to the minimum before, about mean_distance
  float range = 0;               ///< highest minus lowest maximum
  float relative_range = 0;      ///< the same over the contour's range, at most 1
  float mean = 0;                ///< of the maxima
  float mean_above_mean = 0;     ///< mean of the maxima minus mean of the contour
  float relative_mean = 0;       ///< mean of the maxima over mean of the contour, limited softly; 20 if that is 0
  float relative_range_of_minima = 0;
};
PeakStatistics peak_statistics(std::span<const ContourExtremum> extrema, float contour_range, float contour_mean,
                               double frame_seconds);

}  // namespace ser
