// Harmonics of a voiced frame: harmonics-to-noise ratio, levels of harmonics, levels at formants.
#pragma once

#include <ser/features/acoustic/formants.h>
#include <ser/features/split_radix_fft.h>

#include <array>
#include <span>
#include <vector>

namespace ser {

/// Levels in dB. The three amplitudes are -201 and all others 0 in unvoiced frames.
struct HarmonicMeasures {
  float hnr_db = 0;                  ///< harmonics-to-noise ratio by autocorrelation; 0 where that has no peak
  float h1_h2 = 0;                   ///< second minus third harmonic (openSMILE counts from the fundamental as 0)
  float h1_a3 = 0;                   ///< second harmonic minus the strongest one near the third formant
  std::array<float, 3> amplitude{};  ///< strongest harmonic near formant 1, 2, 3, relative to the fundamental
};

/// Holds working memory: one object per thread.
class Harmonics {
 public:
  /// fft_length: of the magnitude spectrum, bin k at k * spacing_hz.
  Harmonics(std::size_t fft_length, double spacing_hz, int rate_hz);
  /// magnitude: [fft_length / 2 + 1].
  HarmonicMeasures measure(std::span<const float> magnitude, float pitch_hz, const Formants& formants);

 private:
  static constexpr std::size_t most_harmonics = 100;
  struct Harmonic {
    std::size_t bin = 0;
    double magnitude = 0, exact_magnitude = 0, exact_hz = 0;
    bool erased = true;
  };
  float harmonics_to_noise(std::span<const float> magnitude, double pitch_hz);
  std::size_t nearest_bin(double hz, std::size_t start) const;
  void find_harmonics(std::span<const float> magnitude, double pitch_hz);
  void fill_harmonic(std::span<const float> magnitude, std::size_t peak, Harmonic& harmonic) const;
  double relative_level(std::size_t h) const;
  int strongest_near(double formant_hz) const;

  std::size_t bins_;
  double spacing_hz_;
  int rate_hz_;
  SplitRadixFft fft_;
  std::vector<float> power_, no_phase_, autocorrelation_;
  std::array<Harmonic, most_harmonics> harmonics_;
  std::size_t count_ = 0;
};

}  // namespace ser
