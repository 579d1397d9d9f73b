#include <ser/features/acoustic/harmonics.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {
constexpr double no_level = -201, lowest_level = -200;

template <class T>
bool is_peak(const T& values, std::size_t k) {
  return values[k] > values[k + 1] && (k == 0 || values[k] > values[k - 1]);
}
}  // namespace

Harmonics::Harmonics(std::size_t fft_length, double spacing_hz, int rate_hz)
    : bins_(fft_length / 2 + 1),
      spacing_hz_(spacing_hz),
      rate_hz_(rate_hz),
      fft_(fft_length),
      power_(bins_),
      no_phase_(bins_),
      autocorrelation_(fft_length) {}

float Harmonics::harmonics_to_noise(std::span<const float> magnitude, double pitch_hz) {
  constexpr double lowest_ratio = 1e-9, highest_ratio = 1e11;
  const std::size_t last = bins_ - 1;
  for (std::size_t k = 0; k <= last; ++k) power_[k] = magnitude[k] * magnitude[k];
  fft_.inverse(power_, no_phase_, autocorrelation_);
  for (float& value : autocorrelation_) value = std::abs(value);
  const auto& r = autocorrelation_;
  const auto peak = [&](std::size_t k) { return k > 0 && k < last && is_peak(r, k); };

  const std::size_t centre = static_cast<std::size_t>(rate_hz_ / pitch_hz);
  std::size_t lag = peak(centre) ? centre : 0;
  for (std::size_t d = 1; lag == 0 && d <= last; ++d) {
    if (d < centre && peak(centre - d))
      lag = centre - d;
    else if (peak(centre + d))
      lag = centre + d;
  }
  if (lag == 0) return 0;
  const double periodic = static_cast<double>(r[lag]), noise = static_cast<double>(r[0]) - periodic;
  const double ratio = noise == 0 ? highest_ratio : periodic / noise;
  return static_cast<float>(10 * std::log10(std::clamp(ratio, lowest_ratio, highest_ratio)));
}

/// The bin nearest to a frequency among those from start on; 0 when the frequency lies beyond the last bin.
std::size_t Harmonics::nearest_bin(double hz, std::size_t start) const {
  const auto frequency = [&](std::size_t k) { return static_cast<double>(k) * spacing_hz_; };
  std::size_t k = std::max(start, static_cast<std::size_t>(hz / spacing_hz_));
  while (k > start && frequency(k - 1) > hz) --k;
  while (k < bins_ && frequency(k) <= hz) ++k;
  if (k >= bins_) return 0;
  return k > 0 && frequency(k) - hz > hz - frequency(k - 1) ? k - 1 : k;
}

void Harmonics::fill_harmonic(std::span<const float> magnitude, std::size_t peak, Harmonic& harmonic) const {
  const double left = static_cast<double>(magnitude[peak - 1]), centre = static_cast<double>(magnitude[peak]);
  const double right = static_cast<double>(magnitude[peak + 1]), bend = left - 2 * centre + right;
  harmonic.bin = peak;
  harmonic.magnitude = centre;
  harmonic.exact_hz = (static_cast<double>(peak) + (left - right) / (2 * bend)) * spacing_hz_;
  harmonic.exact_magnitude = centre - (left - right) * (left - right) / (8 * bend);
  harmonic.erased = false;
}

/// Beyond half the sample rate no harmonic has a magnitude, so the search ends there.
void Harmonics::find_harmonics(std::span<const float> magnitude, double pitch_hz) {
  const std::size_t nyquist = bins_ - 1;
  const auto peak_at = [&](std::size_t k) { return k < nyquist && is_peak(magnitude, k); };
  std::size_t last = nearest_bin(pitch_hz / 2, 1);
  const std::size_t first = nearest_bin(pitch_hz / 2, last);
  for (count_ = 0; count_ < most_harmonics; ++count_) {
    const double h = static_cast<double>(count_);
    const std::size_t centre = nearest_bin((h + 1) * pitch_hz, last);
    if (centre == 0) break;
    std::size_t peak = peak_at(centre) ? centre : 0;
    if (peak == 0) {
      const std::size_t lower = nearest_bin((h + 0.5) * pitch_hz, last);
      const std::size_t upper = nearest_bin((h + 1.5) * pitch_hz, centre);
      for (std::size_t d = 1; peak == 0 && (centre + d <= upper || centre >= lower + d); ++d) {
        if (centre + d <= upper && peak_at(centre + d))
          peak = centre + d;
        else if (centre >= lower + d && peak_at(centre - d))
          peak = centre - d;
      }
    }
    last = centre;
    Harmonic& harmonic = harmonics_[count_];
    harmonic = {centre, 0, 0, 0, false};
    if (peak >= first && peak > 0 && peak < nyquist) fill_harmonic(magnitude, peak, harmonic);
  }
  for (std::size_t h = 1; h < count_; ++h)
    if (harmonics_[h].bin == harmonics_[h - 1].bin) harmonics_[h] = {};
}

double Harmonics::relative_level(std::size_t h) const {
  if (h == 0) return 0;
  if (h >= count_ || harmonics_[h].erased || harmonics_[0].magnitude == 0) return no_level;
  const double magnitude = harmonics_[h].exact_magnitude;
  if (magnitude <= 0) return lowest_level;
  return std::max(lowest_level, 20 * (std::log10(magnitude) - std::log10(harmonics_[0].magnitude)));
}

int Harmonics::strongest_near(double formant_hz) const {
  int strongest = -1;
  double magnitude = 0;
  for (std::size_t h = 0; h < count_; ++h) {
    const Harmonic& harmonic = harmonics_[h];
    if (harmonic.exact_hz < 0.8 * formant_hz || harmonic.exact_hz > 1.2 * formant_hz) continue;
    if (harmonic.magnitude > magnitude) {
      magnitude = harmonic.magnitude;
      strongest = static_cast<int>(h);
    }
  }
  return strongest;
}

HarmonicMeasures Harmonics::measure(std::span<const float> magnitude, float pitch_hz, const Formants& formants) {
  HarmonicMeasures out;
  if (pitch_hz <= 0) {
    out.amplitude.fill(static_cast<float>(no_level));
    return out;
  }
  const double pitch = static_cast<double>(pitch_hz);
  out.hnr_db = harmonics_to_noise(magnitude, pitch);
  find_harmonics(magnitude, pitch);
  const auto level = [](double value) { return static_cast<float>(std::clamp(value, no_level, -no_level)); };
  out.h1_h2 = level(relative_level(1) - relative_level(2));
  for (std::size_t i = 0; i < 3; ++i) {
    const int strongest = strongest_near(static_cast<double>(formants.frequency_hz[i]));
    const double found = strongest < 0 ? 0 : relative_level(static_cast<std::size_t>(strongest));
    out.amplitude[i] = static_cast<float>(found);
    if (i == 2) out.h1_a3 = level(relative_level(1) - (strongest < 0 ? -no_level : found));
  }
  return out;
}

}  // namespace ser
