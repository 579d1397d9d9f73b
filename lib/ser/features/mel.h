// Mel scales and triangular filter banks.
#pragma once

#include <ser/base/matrix.h>

#include <span>
#include <string>
#include <vector>

namespace ser {

/// "htk": 1127 ln(1 + f / 700), which equals 2595 log10(1 + f / 700). "slaney": linear below 1000 Hz, logarithmic above
/// (Auditory Toolbox, librosa's default).
double hz_to_mel(double hz, const std::string& scale);
double mel_to_hz(double mel, const std::string& scale);

struct MelBankOptions {
  int num_mels = 40;
  double low_hz = 20;
  double high_hz = 0;                  ///< <= 0: added to half the sample rate
  std::string scale = "htk";           ///< htk | slaney
  std::string triangles = "mel";       ///< linear in mel (Kaldi) or in hz (librosa)
  std::string normalisation = "none";  ///< none: peak 1; slaney: area 1 in Hz
};

/// Filters applied to a spectrum of `fft_length` / 2 + 1 bins. Only the bins under each triangle are kept.
class MelBank {
 public:
  /// Throws UsageError when the band edges are not 0 <= low < high <= rate / 2.
  MelBank(const MelBankOptions& options, std::size_t fft_length, double rate_hz);
  std::size_t size() const { return filters_.size(); }
  /// spectrum: [bins]; bands: [num_mels].
  void apply(std::span<const float> spectrum, std::span<float> bands) const;
  /// [num_mels, bins], for inspection.
  Matrix dense(std::size_t bins) const;
  /// Bands that cover no bin at all (too many bands for this resolution).
  std::vector<int> empty_bands() const;

 private:
  struct Filter {
    std::size_t first;
    std::vector<float> weights;
  };
  std::vector<Filter> filters_;
};

}  // namespace ser
