#include <ser/features/acoustic/waveform_hnr.h>

#include <algorithm>
#include <cmath>

namespace ser {

void WaveformHnr::start(std::span<const double> segment, std::size_t period) {
  segment_ = segment;
  mean_period_.assign(period, 0.f);
  begins_.clear();
}

void WaveformHnr::add_period(std::size_t begin) {
  begins_.push_back(begin);
  for (std::size_t i = 0; i < mean_period_.size(); ++i) mean_period_[i] += static_cast<float>(segment_[begin + i]);
}

/// Adds the last stretch and divides; values that the segment's end cuts off keep their sum, as in the reference.
float WaveformHnr::harmonic_level(std::size_t last_begin) {
  const std::size_t period = mean_period_.size();
  const auto count = static_cast<float>(begins_.size());
  float sum = 0;
  for (std::size_t i = 0; i < period && last_begin + i < segment_.size(); ++i) {
    float& value = mean_period_[i];
    value = (value + static_cast<float>(segment_[last_begin + i])) / count;
    if (i > 2 && i + 2 < period) sum += value * value;
  }
  if (period > 4) sum /= static_cast<float>(period - 4);
  return std::sqrt(sum);
}

float WaveformHnr::noise_level(std::size_t end_of_last) const {
  float sum = 0;
  std::size_t count = 0;
  for (std::size_t q = 0; q < begins_.size(); ++q) {
    const std::size_t begin = begins_[q], end = q + 1 < begins_.size() ? begins_[q + 1] : end_of_last;
    const std::size_t stop = std::min(end, begin + mean_period_.size());
    for (std::size_t j = begin + 2; j + 2 < stop; ++j, ++count) {
      const float difference = static_cast<float>(segment_[j]) - mean_period_[j - begin];
      sum += difference * difference;
    }
  }
  return count > 0 ? std::sqrt(sum / static_cast<float>(count)) : 0.f;
}

float WaveformHnr::finish(std::size_t end, std::size_t last_step) {
  begins_.push_back(end);
  const float harmonic = harmonic_level(end), noise = noise_level(last_step > 0 ? end + last_step : 0);
  if (noise == 0) return 0;
  if (harmonic == 0) return lowest_log_hnr_db;
  return std::max(lowest_log_hnr_db, static_cast<float>(20 * std::log10(static_cast<double>(harmonic / noise))));
}

}  // namespace ser
