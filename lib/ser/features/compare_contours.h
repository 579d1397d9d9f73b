// From ComParE's descriptors to the smoothed contours and deltas that its tables and functionals are made of.
#pragma once

#include <ser/features/compare_descriptors.h>

#include <array>
#include <string>
#include <vector>

namespace ser {

/// Smoothed descriptors and their deltas, as far as the functionals look: voicing contours end where pitch was decided
/// before the end of the signal.
struct CompareSmoothed {
  explicit CompareSmoothed(const CompareContours& contours);
  std::array<std::vector<float>, compare::descriptor_count> values, deltas;
  std::size_t pitch_frames = 0, short_frames = 0;
  std::size_t visible_frames = 0;  ///< of the voicing contours
};

/// "mfcc_sma[3]", and of its delta "mfcc_sma_de[3]".
std::string compare_descriptor_name(std::size_t descriptor, bool delta);

}  // namespace ser
