#include <ser/features/acoustic/auditory_spectrum.h>
#include <ser/features/mel.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace ser {
namespace {

constexpr double low_hz = 20, high_hz = 8000, compression = 0.33, loudness_floor = 9.3e-10;
constexpr double integer_power_scale = 32767.0 * 32767.0;
constexpr std::size_t most_coefficients = 14;
constexpr double lifter = 22;

double equal_loudness(double hz) {
  const double w = 2 * std::numbers::pi * hz, w2 = w * w;
  return 1e32 * (w2 + 56.8e6) * w2 * w2 / ((w2 + 6.3e6) * (w2 + 6.3e6) * (w2 + 0.38e9) * (std::pow(w, 7) + 1.7e31));
}

}  // namespace

AuditorySpectrum::AuditorySpectrum(std::size_t bins, double spacing_hz) {
  const double top = std::min(high_hz, static_cast<double>(bins - 1) * spacing_hz);
  const double low_mel = hz_to_mel(low_hz, "htk"), mel_step = (hz_to_mel(top, "htk") - low_mel) / (bands + 1);
  const auto edge = [&](std::size_t j) { return low_mel + static_cast<double>(j) * mel_step; };
  for (std::size_t m = 0; m < bands; ++m) {
    centre_hz_.push_back(mel_to_hz(edge(m + 1), "htk"));
    loudness_weight_.push_back(equal_loudness(centre_hz_.back()));
  }
  first_bin_ = static_cast<std::size_t>(std::lround(low_hz / spacing_hz)) + 1;
  const auto end = std::min(bins, static_cast<std::size_t>(std::lround(top / spacing_hz)));
  for (std::size_t k = first_bin_; k < end; ++k) {
    const double mel = hz_to_mel(static_cast<double>(k) * spacing_hz, "htk");
    std::size_t j = 0;
    while (j < bands && mel > edge(j + 1)) ++j;
    segment_.push_back(j);
    falling_.push_back((edge(j + 1) - mel) / mel_step);
  }
  for (std::size_t i = 1; i <= most_coefficients; ++i) {
    const double order = static_cast<double>(i), pi = std::numbers::pi;
    const double scale = std::sqrt(2.0 / bands) * (1 + lifter / 2 * std::sin(pi * order / lifter));
    for (std::size_t b = 0; b < bands; ++b)
      cosine_.push_back(scale * std::cos(pi * order * (static_cast<double>(b) + 0.5) / bands));
  }
}

void AuditorySpectrum::band_powers(std::span<const float> magnitude, std::span<float> power) const {
  std::array<double, bands + 2> sum{};
  for (std::size_t i = 0; i < segment_.size(); ++i) {
    const double a = static_cast<double>(magnitude[first_bin_ + i]), p = a * a, low = falling_[i] * p;
    sum[segment_[i]] += low;
    sum[segment_[i] + 1] += p - low;
  }
  for (std::size_t m = 0; m < bands; ++m) power[m] = static_cast<float>(sum[m + 1]);
}

void AuditorySpectrum::specific_loudness(std::span<const float> power, std::span<float> loudness) const {
  for (std::size_t m = 0; m < bands; ++m)
    loudness[m] = static_cast<float>(
        std::pow(std::max(static_cast<double>(power[m]), loudness_floor) * loudness_weight_[m], compression));
}

void AuditorySpectrum::cepstrum(std::span<const float> power, std::span<float> coefficients) const {
  std::array<double, bands> logarithm;
  for (std::size_t m = 0; m < bands; ++m)
    logarithm[m] = std::log(std::max(static_cast<double>(power[m]) * integer_power_scale, 1.0));
  for (std::size_t i = 0; i < coefficients.size(); ++i) {
    double sum = 0;
    for (std::size_t m = 0; m < bands; ++m) sum += cosine_[i * bands + m] * logarithm[m];
    coefficients[i] = static_cast<float>(sum);
  }
}

float loudness_of(std::span<const float> specific_loudness) {
  double sum = 0;
  for (const float value : specific_loudness) sum += static_cast<double>(value);
  return static_cast<float>(sum / static_cast<double>(specific_loudness.size()));
}

}  // namespace ser
