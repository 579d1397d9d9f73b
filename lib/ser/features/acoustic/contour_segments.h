// Voiced and unvoiced stretches of a pitch contour.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ser {

/// Lengths in frames of the stretches of values that are not 0 (or, with `zeros`, that are 0). A stretch begins with
/// three such values, none further than one gap apart, and ends with two others in a row; a single gap does not end it.
/// Lengths are one frame short, as in openSMILE; at most `most` stretches.
std::vector<std::size_t> segment_lengths(std::span<const float> contour, bool zeros, std::size_t most = 1000);

/// Lengths in frames of the stretches between crossings of the running mean of three values through a quarter or three
/// quarters of the contour's range. The first stretch begins before the contour, what follows the last crossing does
/// not count, stretches of at most max(2, n / 100 - 1) frames are passed over, and at most 100 are listed: openSMILE's
/// rules.
std::vector<std::size_t> crossing_lengths(std::span<const float> contour);

struct SegmentStatistics {
  float per_second = 0;
  float mean_seconds = 0, longest_seconds = 0, shortest_seconds = 0;
  float deviation_seconds = 0;
};
SegmentStatistics segment_statistics(std::span<const std::size_t> lengths, std::size_t frames, double frame_seconds);

}  // namespace ser
