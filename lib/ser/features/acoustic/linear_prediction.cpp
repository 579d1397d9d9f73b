#include <ser/features/acoustic/linear_prediction.h>
#include <ser/features/acoustic/multiversion.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace ser {
namespace {

SER_MULTIVERSION void add_bin(std::size_t n, float real, float imaginary, const float* __restrict cosine,
                              const float* __restrict sine, float* __restrict out) {
  for (std::size_t i = 0; i < n; ++i) out[i] = (out[i] + real * cosine[i]) - imaginary * sine[i];
}

constexpr std::size_t most_lags = highest_linear_prediction_order + 1;

/// r_0 ... r_11 side by side, over i in [0, n), each summed in the order of time.
SER_MULTIVERSION void autocorrelation(std::size_t n, const float* __restrict y, float* __restrict r) {
  float sum[most_lags] = {};
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t lag = 0; lag < most_lags; ++lag) sum[lag] += y[i] * y[i + lag];
  for (std::size_t lag = 0; lag < most_lags; ++lag) r[lag] = sum[lag];
}

}  // namespace

SpectralResampling::SpectralResampling(std::size_t frame_length, std::size_t fft_length, double rate_hz,
                                       double target_rate_hz)
    : fft_length_(fft_length) {
  const double ratio = target_rate_hz / rate_hz, m = static_cast<double>(fft_length);
  const double n = static_cast<double>(frame_length);
  samples_ = static_cast<std::size_t>(std::llround(m * ratio * (n / m)));
  const double length =
      fft_length == frame_length ? static_cast<double>(samples_) : m * (static_cast<double>(samples_) / n);
  with_nyquist_ = samples_ >= fft_length;
  bins_ = std::min(fft_length, samples_) / 2 - 1;
  const auto add = [&](std::size_t k) {
    for (const bool sine : {false, true})
      for (std::size_t i = 0; i < samples_; ++i) {
        const double angle = 2 * std::numbers::pi * static_cast<double>(k * i) / length;
        table_.push_back(static_cast<float>(sine ? std::sin(angle) : std::cos(angle)));
      }
  };
  for (std::size_t k = 1; k <= bins_; ++k) add(k);
  if (with_nyquist_) add(fft_length / 2);
}

void SpectralResampling::resample(std::span<const float> real, std::span<const float> imaginary,
                                  std::span<float> out) const {
  std::fill(out.begin(), out.end(), real[0]);
  for (std::size_t k = 1; k <= bins_; ++k) {
    const float* cosine = table_.data() + (k - 1) * 2 * samples_;
    add_bin(samples_, real[k], imaginary[k], cosine, cosine + samples_, out.data());
  }
  if (with_nyquist_) {
    const float* cosine = table_.data() + bins_ * 2 * samples_;
    add_bin(samples_, real[fft_length_ / 2], 0.f, cosine, cosine + samples_, out.data());
  }
  const float scale = 2.f / static_cast<float>(fft_length_);
  for (float& value : out) value *= scale;
}

float linear_prediction(std::span<const float> samples, std::span<float> a) {
  std::array<float, most_lags> r{};
  const std::size_t whole = samples.size() < most_lags ? 0 : samples.size() - most_lags + 1;
  autocorrelation(whole, samples.data(), r.data());
  for (std::size_t lag = 0; lag < most_lags; ++lag)
    for (std::size_t i = whole; i + lag < samples.size(); ++i) r[lag] += samples[i] * samples[i + lag];
  std::fill(a.begin(), a.end(), 0.f);
  float error = r[0];
  for (std::size_t m = 0; m < a.size() && error != 0; ++m) {
    float sum = r[m + 1];
    for (std::size_t i = 0; i < m; ++i) sum += a[i] * r[m - i];
    const float k = sum * (-1.f / error);
    a[m] = k;
    for (std::size_t i = 0; i < (m + 1) / 2; ++i) {
      const float low = a[i], high = a[m - 1 - i];
      a[i] = low + k * high;
      if (i != m - 1 - i) a[m - 1 - i] = high + k * low;
    }
    error *= 1 - k * k;
  }
  return error;
}

}  // namespace ser
