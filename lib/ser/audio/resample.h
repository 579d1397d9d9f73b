#pragma once

#include <ser/audio/waveform.h>

namespace ser {

/// Band-limited resampling by libsoxr (very high quality recipe, linear phase). The output has
/// round(samples * rate / rate_hz) samples. Returns the input when the rates are equal; keeps pcm_bits,
/// since the scale stays the same.
Waveform resample(const Waveform& wave, int rate_hz);

}  // namespace ser
