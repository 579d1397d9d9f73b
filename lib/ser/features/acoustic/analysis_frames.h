// The frames that openSMILE's acoustic sets are measured on, and its scale of samples.
#pragma once

#include <ser/audio/waveform.h>

#include <cstddef>
#include <vector>

namespace ser {

/// Frames of 20 ms (spectra, energy) and 60 ms (pitch), both every 10 ms, from the first sample on; incomplete ones do
/// not count.
struct AnalysisFrames {
  static constexpr double shift_seconds = 0.010;  ///< nominal at every rate, of time stamps and values per second
  static constexpr double short_seconds = 0.020, pitch_seconds = 0.060;

  /// Throws DataError for a rate outside 8 to 96 kHz.
  explicit AnalysisFrames(int rate_hz);

  int rate_hz;
  std::size_t shift, short_length, pitch_length;  ///< samples

  std::size_t short_frames(std::size_t samples) const;
  std::size_t pitch_frames(std::size_t samples) const;
  /// Throws DataError when the clip has no complete pitch frame.
  void check_length(const Waveform& wave) const;

  /// Distance of the bins in Hz after zero padding to fft_length, by the nominal length of the frames: it differs from
  /// rate / fft_length where the frame has no whole number of samples.
  double short_bin_hz(std::size_t fft_length) const;
  double pitch_bin_hz(std::size_t fft_length) const;
};

/// Samples as openSMILE scales them: 16-bit integers divided by 32767, 24-bit by 32767 * 256, 32-bit by 2^31 - 1, 8-bit
/// by 127; others as they are.
void scale_like_opensmile(const Waveform& wave, std::vector<float>& samples);

}  // namespace ser
