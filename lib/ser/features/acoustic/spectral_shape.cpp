#include <ser/features/acoustic/spectral_shape.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

constexpr double power_floor = 1e-14, floor_db = -140;

double power_of(float magnitude) { return static_cast<double>(magnitude) * static_cast<double>(magnitude); }

float decibel_ratio(double numerator, double denominator) {
  if (denominator == 0) return 0;
  return static_cast<float>(10 * std::log10(std::max(numerator, power_floor) / denominator));
}

}  // namespace

SpectralSlope::SpectralSlope(double low_hz, double high_hz, std::size_t bins, double spacing_hz)
    : band_(low_hz, high_hz, bins, spacing_hz) {
  for (std::size_t k = band_.first; k <= band_.last; ++k) {
    weight_.push_back(k == band_.first ? band_.first_weight : k == band_.last ? band_.last_weight : 1);
    frequency_.push_back(static_cast<double>(k) * spacing_hz * weight_.back());
    frequency_sum_ += frequency_.back();
    square_sum_ += frequency_.back() * frequency_.back();
  }
}

float SpectralSlope::slope(std::span<const double> log_power) const {
  double product = 0, sum = 0;
  for (std::size_t i = 0; i < weight_.size(); ++i) {
    product += frequency_[i] * log_power[band_.first + i];
    sum += weight_[i] * log_power[band_.first + i];
  }
  const double n = static_cast<double>(band_.last - band_.first);
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
  return magnitude_flux(magnitude.first(flux_end_), previous.first(flux_end_));
}

}  // namespace ser
