// Linear prediction and the spectral resampling in front of it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ser {

/// Inverse transform of a frame's spectrum at the sample times of another rate. Only as many bins as output samples
/// take part, and the mean is not halved: openSMILE's version, which leaves a signal that is band-limited well below
/// half the new rate. Single precision with a fixed order of sums.
class SpectralResampling {
 public:
  /// frame_length: samples of the frame; fft_length: with its zero padding.
  SpectralResampling(std::size_t frame_length, std::size_t fft_length, double rate_hz, double target_rate_hz);
  std::size_t size() const { return samples_; }
  /// real, imaginary: [fft_length / 2 + 1]; out: [size()].
  void resample(std::span<const float> real, std::span<const float> imaginary, std::span<float> out) const;

 private:
  std::size_t samples_, bins_, fft_length_;
  bool with_nyquist_;
  std::vector<float> table_;  ///< per bin k >= 1: cosines, then sines, of all samples
};

inline constexpr std::size_t highest_linear_prediction_order = 11;

/// Coefficients a_1, a_2 ... of A(z) = 1 + sum a_i z^-i by autocorrelation (no window) and Levinson-Durbin recursion,
/// as many as there is room for (at most 11), in single precision and openSMILE's order of operations; all 0 for a
/// silent signal. Returns the energy of the residual.
float linear_prediction(std::span<const float> samples, std::span<float> coefficients);

}  // namespace ser
