#pragma once

#include <ser/audio/waveform.h>

#include <span>

namespace ser {

/// Band-limited resampling by libsoxr (very high quality recipe, linear phase). The output has
/// round(samples * rate / rate_hz) samples. Returns the input when the rates are equal; keeps pcm_bits,
/// since the scale stays the same.
Waveform resample(const Waveform& wave, int rate_hz);

/// The same by any ratio of output to input rate: round(samples * ratio) samples. Throws UsageError for a ratio that is
/// not above 0.
std::vector<float> resample_by(std::span<const float> samples, double ratio);

}  // namespace ser
