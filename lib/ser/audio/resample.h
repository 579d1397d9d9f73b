#pragma once

#include <ser/audio/waveform.h>

namespace ser {

/// Band-limited resampling by libsoxr (very high quality recipe, linear phase). The output has
/// round(samples * rate / rate_hz) samples. Returns the input when the rates are equal.
Waveform resample(const Waveform& wave, int rate_hz);

}  // namespace ser
