// Mel bands, equal-loudness weighting, loudness and cepstral coefficients of one power spectrum.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ser {

/// 26 mel bands (HTK's scale) from 20 Hz to 8000 Hz or the last bin, triangles with peak 1 that are linear in mel; the
/// bins at both ends of the range are left out, as in openSMILE.
class AuditorySpectrum {
 public:
  static constexpr std::size_t bands = 26;

  /// bins: of the magnitude spectrum, bin k at k * spacing_hz.
  AuditorySpectrum(std::size_t bins, double spacing_hz);

  /// Power in each band. magnitude: [bins]; power: [26].
  void band_powers(std::span<const float> magnitude, std::span<float> power) const;
  /// Perceptual auditory spectrum (power times equal-loudness weight)^0.33 for samples in [-1, 1] (Hermansky's PLP,
  /// JASA 87, 1990; the weight has omega^7 where the paper has omega^6). power, loudness: [26].
  void specific_loudness(std::span<const float> power, std::span<float> loudness) const;
  /// Coefficients 1 ... count with lifter 22, of the power of 16-bit samples, floored at 1. power: [26].
  void cepstrum(std::span<const float> power, std::span<float> coefficients) const;

  double centre_hz(std::size_t band) const { return centre_hz_[band]; }
  /// Equal-loudness weight of a band.
  double loudness_weight(std::size_t band) const { return loudness_weight_[band]; }

 private:
  std::size_t first_bin_ = 0;
  std::vector<std::size_t> segment_;  ///< per bin from first_bin_: 0 ... 26, the space between two mel points
  std::vector<double> falling_;       ///< per bin: weight towards the lower band
  std::vector<double> centre_hz_, loudness_weight_, cosine_;
};

/// Mean over the bands of specific loudness.
float loudness_of(std::span<const float> specific_loudness);

}  // namespace ser
