// Voiced and unvoiced stretches of a pitch contour.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ser {

/// Lengths in frames of the stretches of values that are not 0 (or, with `zeros`, that are 0). A stretch begins with
/// three such values, none further than one gap apart, and ends with two others in a row; a single gap does not end it.
/// Lengths are one frame short, as in openSMILE; at most 1000 stretches.
std::vector<std::size_t> segment_lengths(std::span<const float> contour, bool zeros);

struct SegmentStatistics {
  float per_second = 0;
  float mean_seconds = 0;
  float deviation_seconds = 0;
};
SegmentStatistics segment_statistics(std::span<const std::size_t> lengths, std::size_t frames, double frame_seconds);

}  // namespace ser
