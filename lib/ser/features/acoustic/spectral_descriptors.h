// ComParE's fifteen descriptors of one magnitude spectrum.
#pragma once

#include <ser/features/acoustic/spectral_band.h>

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace ser {

/// In the order of the set's columns.
namespace spectral {
enum Descriptor : std::size_t {
  band_250_650,    ///< power in 250 to 650 Hz, divided by the number of bins of the spectrum
  band_1000_4000,  ///< the same of 1000 to 4000 Hz
  roll_off_25,     ///< Hz, below which a quarter of the power lies
  roll_off_50,
  roll_off_75,
  roll_off_90,
  flux,      ///< root mean square change of the magnitudes since the frame before; 0 in the first
  centroid,  ///< Hz
  entropy,   ///< bits, of the power as a distribution
  variance,  ///< Hz^2, around the centroid
  skewness,
  kurtosis,     ///< not excess
  slope,        ///< of the line through power over frequency, times the number of bins less one
  sharpness,    ///< psychoacoustic sharpness (Zwicker): power over Bark with emphasis above 16 Bark
  harmonicity,  ///< mean height of the local extrema of the power
  descriptor_count
};
}  // namespace spectral

/// Bins are 1 to the last one; the mean (bin 0) does not count. All 0 for a silent frame, but for roll-offs (the first
/// bin) and entropy (1.7e-8 bits per bin). Holds working memory: one object per thread.
class SpectralDescriptors {
 public:
  using Values = std::array<float, spectral::descriptor_count>;

  /// bins: of the magnitude spectrum, bin k at k * spacing_hz.
  SpectralDescriptors(std::size_t bins, double spacing_hz);
  /// magnitude: [bins]; previous: [bins] of the frame before, or empty in the first frame.
  Values values(std::span<const float> magnitude, std::span<const float> previous);

 private:
  double band_power(const SpectralBand& band) const;
  void add_roll_offs(double sum, Values& out) const;
  double entropy(double sum) const;
  void add_moments(double sum, Values& out) const;
  double harmonicity() const;

  std::size_t count_;  ///< bins without the first
  double spacing_hz_;
  SpectralBand low_band_, high_band_;
  double frequency_sum_ = 0, frequency_square_sum_ = 0;
  std::vector<double> sharpness_weight_;
  std::vector<double> power_;  ///< [bins]
};

}  // namespace ser
