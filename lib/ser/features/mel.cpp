#include <ser/base/error.h>
#include <ser/features/mel.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {
constexpr double slaney_break_hz = 1000, slaney_break_mel = 15;
const double slaney_log_step = std::log(6.4) / 27;
}  // namespace

double hz_to_mel(double hz, const std::string& scale) {
  if (scale == "htk") return 1127 * std::log1p(hz / 700);
  return hz < slaney_break_hz ? hz * 3 / 200 : slaney_break_mel + std::log(hz / slaney_break_hz) / slaney_log_step;
}

double mel_to_hz(double mel, const std::string& scale) {
  if (scale == "htk") return 700 * std::expm1(mel / 1127);
  return mel < slaney_break_mel ? mel * 200 / 3
                                : slaney_break_hz * std::exp(slaney_log_step * (mel - slaney_break_mel));
}

MelBank::MelBank(const MelBankOptions& options, std::size_t fft_length, double rate_hz) {
  const double nyquist = rate_hz / 2;
  const double high = options.high_hz > 0 ? options.high_hz : nyquist + options.high_hz;
  if (!(options.low_hz >= 0 && options.low_hz < high && high <= nyquist))
    throw_error<UsageError>("mel bands from {} to {} Hz do not fit below half the sample rate of {} Hz", options.low_hz,
                            high, rate_hz);
  const double low_mel = hz_to_mel(options.low_hz, options.scale), high_mel = hz_to_mel(high, options.scale);
  const bool in_hz = options.triangles == "hz";
  const auto edge = [&](int i) {
    const double mel = low_mel + i * (high_mel - low_mel) / (options.num_mels + 1);
    return in_hz ? mel_to_hz(mel, options.scale) : mel;
  };
  // Kaldi leaves the Nyquist bin out; triangles in Hz end there with weight 0 or nearly so.
  const std::size_t bins = in_hz ? fft_length / 2 + 1 : fft_length / 2;
  for (int band = 0; band < options.num_mels; ++band) {
    const double left = edge(band), centre = edge(band + 1), right = edge(band + 2);
    double scale = 1;
    if (options.normalisation == "slaney")
      scale = in_hz ? 2 / (right - left) : 2 / (mel_to_hz(right, options.scale) - mel_to_hz(left, options.scale));
    Filter filter{0, {}};
    for (std::size_t k = 0; k < bins; ++k) {
      const double hz = static_cast<double>(k) * rate_hz / static_cast<double>(fft_length);
      const double at = in_hz ? hz : hz_to_mel(hz, options.scale);
      const double weight = std::min((at - left) / (centre - left), (right - at) / (right - centre));
      if (weight <= 0) continue;
      if (filter.weights.empty()) filter.first = k;
      filter.weights.push_back(static_cast<float>(weight * scale));
    }
    filters_.push_back(std::move(filter));
  }
}

void MelBank::apply(std::span<const float> spectrum, std::span<float> bands) const {
  for (std::size_t band = 0; band < filters_.size(); ++band) {
    const Filter& filter = filters_[band];
    const float* bin = spectrum.data() + filter.first;
    float sums[4] = {0, 0, 0, 0};
    const std::size_t n = filter.weights.size(), whole = n / 4 * 4;
    for (std::size_t k = 0; k < whole; k += 4)
      for (std::size_t j = 0; j < 4; ++j) sums[j] += filter.weights[k + j] * bin[k + j];
    for (std::size_t k = whole; k < n; ++k) sums[k - whole] += filter.weights[k] * bin[k];
    bands[band] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }
}

Matrix MelBank::dense(std::size_t bins) const {
  Matrix matrix(filters_.size(), bins);
  for (std::size_t band = 0; band < filters_.size(); ++band)
    for (std::size_t k = 0; k < filters_[band].weights.size(); ++k)
      matrix(band, filters_[band].first + k) = filters_[band].weights[k];
  return matrix;
}

std::vector<int> MelBank::empty_bands() const {
  std::vector<int> empty;
  for (std::size_t band = 0; band < filters_.size(); ++band)
    if (filters_[band].weights.empty()) empty.push_back(static_cast<int>(band));
  return empty;
}

}  // namespace ser
