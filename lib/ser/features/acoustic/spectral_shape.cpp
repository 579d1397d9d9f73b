#include <ser/features/acoustic/multiversion.h>
#include <ser/features/acoustic/spectral_shape.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

constexpr double power_floor = 1e-14, floor_db = -140;

/// First bin at or above a frequency.
std::size_t bin_from(double hz, std::size_t bins, double spacing_hz) {
  std::size_t k = 0;
  while (k < bins && static_cast<double>(k) * spacing_hz < hz) ++k;
  return k;
}

/// First bin above a frequency.
std::size_t bin_above(double hz, std::size_t bins, double spacing_hz) {
  std::size_t k = 0;
  while (k < bins && static_cast<double>(k) * spacing_hz <= hz) ++k;
  return k;
}

double power_of(float magnitude) { return static_cast<double>(magnitude) * static_cast<double>(magnitude); }

float decibel_ratio(double numerator, double denominator) {
  if (denominator == 0) return 0;
  return static_cast<float>(10 * std::log10(std::max(numerator, power_floor) / denominator));
}

SER_MULTIVERSION double squared_distance(std::size_t n, const float* __restrict a, const float* __restrict b) {
  double lanes[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  const std::size_t whole = n / 8 * 8;
  for (std::size_t i = 0; i < whole; i += 8)
    for (std::size_t j = 0; j < 8; ++j) {
      const double d = static_cast<double>(a[i + j]) - static_cast<double>(b[i + j]);
      lanes[j] += d * d;
    }
  double sum = ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
  for (std::size_t i = whole; i < n; ++i) {
    const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    sum += d * d;
  }
  return sum;
}

}  // namespace

SpectralSlope::SpectralSlope(double low_hz, double high_hz, std::size_t bins, double spacing_hz) {
  const auto frequency = [&](std::size_t k) { return static_cast<double>(k) * spacing_hz; };
  first_ = bin_above(low_hz, bins, spacing_hz) - 1;
  const std::size_t end = std::min(bin_from(high_hz, bins, spacing_hz), bins - 1);
  last_ = frequency(end) == high_hz ? end : end - 1;
  double low_weight = (frequency(first_ + 1) - low_hz) / spacing_hz;
  double high_weight = (high_hz - frequency(end - 1)) / spacing_hz;
  if (low_weight == 0) low_weight = 1;
  if (high_weight == 0) high_weight = 1;
  for (std::size_t k = first_; k <= last_; ++k) {
    weight_.push_back(k == first_ ? low_weight : k == last_ ? high_weight : 1);
    frequency_.push_back(frequency(k) * weight_.back());
    frequency_sum_ += frequency_.back();
    square_sum_ += frequency_.back() * frequency_.back();
  }
}

float SpectralSlope::slope(std::span<const double> log_power) const {
  double product = 0, sum = 0;
  for (std::size_t i = 0; i < weight_.size(); ++i) {
    product += frequency_[i] * log_power[first_ + i];
    sum += weight_[i] * log_power[first_ + i];
  }
  const double n = static_cast<double>(last_ - first_);
  return static_cast<float>((n * product - frequency_sum_ * sum) / (n * square_sum_ - frequency_sum_ * frequency_sum_));
}

SpectralShape::SpectralShape(std::size_t bins, double spacing_hz)
    : bin_1000_(bin_from(1000, bins, spacing_hz)),
      bin_2000_(bin_from(2000, bins, spacing_hz)),
      end_5000_(bin_above(5000, bins, spacing_hz)),
      flux_end_(bin_from(5000, bins, spacing_hz)),
      low_slope_(0, 500, bins, spacing_hz),
      middle_slope_(500, 1500, bins, spacing_hz),
      log_power_(bins) {}

SpectralShape::Values SpectralShape::values(std::span<const float> magnitude) {
  double low_sum = 0, high_sum = 0, low_peak = 0, high_peak = 0;
  for (std::size_t k = 0; k < end_5000_; ++k) {
    const double power = power_of(magnitude[k]);
    (k < bin_1000_ ? low_sum : high_sum) += power;
    double& peak = k < bin_2000_ ? low_peak : high_peak;
    peak = std::max(peak, power);
  }
  for (std::size_t k = low_slope_.first_bin(); k <= middle_slope_.last_bin(); ++k) {
    const double power = power_of(magnitude[k]);
    log_power_[k] = power <= power_floor ? floor_db : 10 * std::log10(power);
  }
  return {decibel_ratio(high_sum, low_sum), decibel_ratio(low_peak, high_peak), low_slope_.slope(log_power_),
          middle_slope_.slope(log_power_)};
}

float SpectralShape::flux(std::span<const float> magnitude, std::span<const float> previous) const {
  const double sum = squared_distance(flux_end_, magnitude.data(), previous.data());
  return static_cast<float>(std::sqrt(sum / static_cast<double>(flux_end_)));
}

}  // namespace ser
