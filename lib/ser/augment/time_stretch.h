#pragma once

#include <span>
#include <vector>

namespace ser {

/// Changes the duration of speech by `factor` (2: twice as long) and keeps its pitch: WSOLA (Verhelst and Roelands,
/// ICASSP 1993) with Hann windows of 25 ms at half overlap, each taken from within 10 ms of its due place where it
/// continues the one before best (normalised cross-correlation). The output has round(samples * factor) samples.
/// Throws UsageError for a factor outside 0.25 to 4.
std::vector<float> time_stretch(std::span<const float> samples, int rate_hz, double factor);

/// Changes the pitch by `semitones` (12: an octave up) and keeps the number of samples: time_stretch() by 2^(semitones
/// / 12), then resampling. Formants move with the pitch. Throws UsageError beyond 24 semitones.
std::vector<float> pitch_shift(std::span<const float> samples, int rate_hz, double semitones);

}  // namespace ser
