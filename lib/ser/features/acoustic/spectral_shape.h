// Measures of the shape of one spectrum: balance, slopes, and change from frame to frame.
#pragma once

#include <ser/features/acoustic/spectral_band.h>

#include <cstddef>
#include <span>
#include <vector>

namespace ser {

/// Line through the log power spectrum (dB) over frequency between two limits, in dB/Hz. The end bins are weighted by
/// how much of them lies inside; the count of points is one too small, as in openSMILE.
class SpectralSlope {
 public:
  SpectralSlope(double low_hz, double high_hz, std::size_t bins, double spacing_hz);
  std::size_t first_bin() const { return band_.first; }
  std::size_t last_bin() const { return band_.last; }
  /// log_power: [bins] in dB, of which first_bin() to last_bin() are used.
  float slope(std::span<const double> log_power) const;

 private:
  SpectralBand band_;
  std::vector<double> weight_, frequency_;  ///< of each used bin; frequency times weight
  double frequency_sum_ = 0, square_sum_ = 0;
};

/// Parameters of the frame's magnitude spectrum (20 ms frames in eGeMAPS).
class SpectralShape {
 public:
  SpectralShape(std::size_t bins, double spacing_hz);

  struct Values {
    float alpha_ratio = 0;       ///< dB, power at 1 to 5 kHz over power below 1 kHz
    float hammarberg_index = 0;  ///< dB, strongest bin below 2 kHz over strongest at 2 to 5 kHz
    float slope_0_500 = 0;       ///< dB/Hz
    float slope_500_1500 = 0;    ///< dB/Hz
  };
  /// magnitude: [bins].
  Values values(std::span<const float> magnitude);
  /// Root mean square difference of two successive magnitude spectra below 5 kHz.
  float flux(std::span<const float> magnitude, std::span<const float> previous) const;

 private:
  std::size_t bin_1000_, bin_2000_, end_5000_, flux_end_;
  SpectralSlope low_slope_, middle_slope_;
  std::vector<double> log_power_;
};

}  // namespace ser
