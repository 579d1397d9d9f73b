#pragma once

#include <span>
#include <vector>

namespace ser {

/// Adds noise of the same length so that 10 log10(P_clip / P_noise) = snr_db, with P the mean power over the whole
/// length, pauses included. Returns false and leaves the clip alone when either is silent (power 0): the ratio is then
/// not defined. The result may exceed full scale. Throws UsageError when the lengths differ.
bool add_at_snr(std::vector<float>& clip, std::span<const float> noise, double snr_db);

}  // namespace ser
