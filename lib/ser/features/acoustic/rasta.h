// RASTA filtering of an auditory spectrum (H. Hermansky, N. Morgan, IEEE Trans. Speech and Audio Processing 2, 1994).
#pragma once

#include <ser/features/acoustic/auditory_spectrum.h>

#include <array>
#include <span>

namespace ser {

/// Band-pass filter, 1 to 29 Hz at frames of 10 ms, of the logarithm of each mel band; then equal-loudness weight and
/// cube-root compression. As in openSMILE the output of the first five frames is that of a filter at rest, and the
/// recursion begins at the sixth.
class RastaSpectrum {
 public:
  explicit RastaSpectrum(const AuditorySpectrum& bands);
  void reset() { frame_ = 0; }
  /// The next frame. power: band powers [26]; loudness: [26].
  void filter(std::span<const float> power, std::span<float> loudness);

 private:
  static constexpr std::size_t bands = AuditorySpectrum::bands, history = 5;
  std::array<double, bands> log_weight_;
  std::array<std::array<double, bands>, history> logarithm_;  ///< ring
  std::array<double, bands> output_;
  std::size_t frame_ = 0;
};

}  // namespace ser
