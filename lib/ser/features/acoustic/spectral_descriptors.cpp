#include <ser/features/acoustic/spectral_descriptors.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

constexpr double entropy_floor = 1e-7;
constexpr double smallest_sum = static_cast<double>(1e-7f);

/// Traunmueller's formula (JASA 88, 1990) with his corrections at both ends.
double bark(double hz) {
  const double z = 26.81 / (1 + 1960 / hz) - 0.53;
  if (z < 2) return 0.85 * z + 0.3;
  return z > 20.1 ? 1.22 * z - 0.22 * 20.1 : z;
}

double sharpness_emphasis(double z) { return z <= 16 ? 1 : std::pow((z - 16) / 4, 1.5849625) + 1; }

}  // namespace

SpectralDescriptors::SpectralDescriptors(std::size_t bins, double spacing_hz)
    : count_(bins - 1),
      spacing_hz_(spacing_hz),
      low_band_(250, 650, bins, spacing_hz),
      high_band_(1000, 4000, bins, spacing_hz),
      sharpness_weight_(bins),
      power_(bins) {
  for (std::size_t k = 1; k < bins; ++k) {
    const double f = static_cast<double>(k) * spacing_hz, z = bark(f);
    frequency_sum_ += f;
    frequency_square_sum_ += f * f;
    sharpness_weight_[k] = 0.11 * z * sharpness_emphasis(z);
  }
}

double SpectralDescriptors::band_power(const SpectralBand& band) const {
  double sum = band.first_weight * power_[band.first] + band.last_weight * power_[band.last];
  for (std::size_t k = band.first + 1; k < band.last; ++k) sum += power_[k];
  return sum / static_cast<double>(count_);
}

void SpectralDescriptors::add_roll_offs(double sum, Values& out) const {
  constexpr std::array shares{0.25, 0.50, 0.75, 0.90};
  double below = 0;
  std::size_t next = 0;
  for (std::size_t k = 1; k <= count_ && next < shares.size(); ++k) {
    below += power_[k];
    for (; next < shares.size() && below >= shares[next] * sum; ++next)
      out[spectral::roll_off_25 + next] = static_cast<float>(static_cast<double>(k) * spacing_hz_);
  }
}

/// The power is floored bin by bin, the sum that it is divided by is not: weak frames exceed the logarithm of the
/// number of bins, as in openSMILE.
double SpectralDescriptors::entropy(double sum) const {
  const double divisor = std::max(sum, smallest_sum);
  double bits = 0;
  for (std::size_t k = 1; k <= count_; ++k) {
    const double share = std::max(power_[k], entropy_floor) / divisor;
    bits -= share * std::log2(share);
  }
  return bits;
}

void SpectralDescriptors::add_moments(double sum, Values& out) const {
  double first = 0, sharp = 0;
  for (std::size_t k = 1; k <= count_; ++k) {
    first += static_cast<double>(k) * spacing_hz_ * power_[k];
    sharp += sharpness_weight_[k] * power_[k];
  }
  const double n = static_cast<double>(count_);
  out[spectral::slope] = static_cast<float>((n - 1) * (n * first - frequency_sum_ * sum) /
                                            (n * frequency_square_sum_ - frequency_sum_ * frequency_sum_));
  if (sum == 0) return;
  const double centre = first / sum;
  double second = 0, third = 0, fourth = 0;
  for (std::size_t k = 1; k <= count_; ++k) {
    const double d = static_cast<double>(k) * spacing_hz_ - centre, square = d * d * power_[k];
    second += square;
    third += d * square;
    fourth += d * d * square;
  }
  out[spectral::centroid] = static_cast<float>(centre);
  out[spectral::sharpness] = static_cast<float>(sharp / sum);
  const double variance = second / sum;
  out[spectral::variance] = static_cast<float>(variance);
  if (variance == 0) return;
  out[spectral::skewness] = static_cast<float>(third / (sum * variance * std::sqrt(variance)));
  out[spectral::kurtosis] = static_cast<float>(fourth / (sum * variance * variance));
}

double SpectralDescriptors::harmonicity() const {
  const double* p = power_.data();
  double sum = 0, previous = 0;
  bool any = false;
  for (std::size_t k = 3; k + 2 <= count_; ++k) {
    const bool above = p[k] > p[k - 1] && p[k] > p[k + 1] && p[k] > p[k - 2] && p[k] > p[k + 2];
    const bool below = p[k] < p[k - 1] && p[k] < p[k + 1] && p[k] < p[k - 2] && p[k] < p[k + 2];
    if (!above && !below) continue;
    if (any) sum += std::abs(p[k] - previous);
    previous = p[k];
    any = true;
  }
  return sum / 2 / static_cast<double>(count_);
}

SpectralDescriptors::Values SpectralDescriptors::values(std::span<const float> magnitude,
                                                        std::span<const float> previous) {
  double sum = 0;
  for (std::size_t k = 1; k <= count_; ++k) {
    const double a = static_cast<double>(magnitude[k]);
    sum += power_[k] = a * a;
  }
  Values out{};
  out[spectral::band_250_650] = static_cast<float>(band_power(low_band_));
  out[spectral::band_1000_4000] = static_cast<float>(band_power(high_band_));
  add_roll_offs(sum, out);
  if (!previous.empty()) out[spectral::flux] = magnitude_flux(magnitude.subspan(1), previous.subspan(1));
  out[spectral::entropy] = static_cast<float>(entropy(sum));
  add_moments(sum, out);
  out[spectral::harmonicity] = static_cast<float>(harmonicity());
  return out;
}

}  // namespace ser
