// Signals for tests, and what they measure on the result.
#pragma once

#include <ser/audio/waveform.h>
#include <ser/base/random.h>
#include <ser/features/fft.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <span>
#include <vector>

namespace ser::test {

inline Waveform tone(double hertz, double seconds, int rate_hz = 16000, double amplitude = 0.3) {
  Waveform wave{std::vector<float>(static_cast<std::size_t>(std::lround(seconds * rate_hz))), rate_hz, 16};
  for (std::size_t i = 0; i < wave.samples.size(); ++i)
    wave.samples[i] =
        static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * hertz * static_cast<double>(i) / rate_hz));
  return wave;
}

inline Waveform white(double seconds, std::uint64_t seed = 1, int rate_hz = 16000, double sigma = 0.1) {
  Waveform wave{std::vector<float>(static_cast<std::size_t>(std::lround(seconds * rate_hz))), rate_hz, 16};
  Random random(seed, "test");
  for (float& x : wave.samples) x = static_cast<float>(sigma * random.normal());
  return wave;
}

inline double power(std::span<const float> samples) {
  double sum = 0;
  for (const float x : samples) sum += static_cast<double>(x) * static_cast<double>(x);
  return sum / static_cast<double>(samples.size());
}

/// Magnitudes of the Hann-windowed middle of a clip, 2^15 points; bin k is k rate / 2^15 Hz.
inline std::vector<double> spectrum(std::span<const float> samples) {
  constexpr std::size_t length = 1 << 15;
  std::vector<float> buffer(length);
  const std::size_t n = std::min(length, samples.size()), start = (samples.size() - n) / 2;
  for (std::size_t i = 0; i < n; ++i)
    buffer[i] = samples[start + i] *
                static_cast<float>(
                    0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(n)));
  const RealFft fft(length);
  std::vector<std::complex<float>> bins(fft.bins());
  fft.transform(buffer, bins);
  std::vector<double> magnitudes;
  for (const auto& bin : bins) magnitudes.push_back(std::abs(std::complex<double>(bin)));
  return magnitudes;
}

/// The frequency of the strongest partial, between bins by a parabola through the logarithms.
inline double peak_hertz(const Waveform& wave) {
  const std::vector<double> m = spectrum(wave.samples);
  const auto k = static_cast<std::size_t>(std::max_element(m.begin() + 1, m.end() - 1) - m.begin());
  const double a = std::log(m[k - 1]), b = std::log(m[k]), c = std::log(m[k + 1]);
  const double bin = static_cast<double>(k) + 0.5 * (a - c) / (a - 2 * b + c);
  return bin * wave.rate_hz / static_cast<double>(2 * (m.size() - 1));
}

/// Share of the power between two frequencies.
inline double band_share(const Waveform& wave, double low_hz, double high_hz) {
  const std::vector<double> m = spectrum(wave.samples);
  double inside = 0, all = 0;
  for (std::size_t k = 0; k < m.size(); ++k) {
    const double hertz = static_cast<double>(k) * wave.rate_hz / static_cast<double>(2 * (m.size() - 1));
    all += m[k] * m[k];
    if (hertz >= low_hz && hertz < high_hz) inside += m[k] * m[k];
  }
  return inside / all;
}

}  // namespace ser::test
