#include <ser/features/acoustic/multiversion.h>
#include <ser/features/acoustic/spectral_band.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

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

std::size_t bin_from(double hz, std::size_t bins, double spacing_hz) {
  std::size_t k = 0;
  while (k < bins && static_cast<double>(k) * spacing_hz < hz) ++k;
  return k;
}

std::size_t bin_above(double hz, std::size_t bins, double spacing_hz) {
  std::size_t k = 0;
  while (k < bins && static_cast<double>(k) * spacing_hz <= hz) ++k;
  return k;
}

SpectralBand::SpectralBand(double low_hz, double high_hz, std::size_t bins, double spacing_hz) {
  const auto frequency = [&](std::size_t k) { return static_cast<double>(k) * spacing_hz; };
  first = bin_above(low_hz, bins, spacing_hz) - 1;
  const std::size_t end = std::min(bin_from(high_hz, bins, spacing_hz), bins - 1);
  last = frequency(end) == high_hz ? end : end - 1;
  first_weight = (frequency(first + 1) - low_hz) / spacing_hz;
  last_weight = (high_hz - frequency(end - 1)) / spacing_hz;
  if (first_weight == 0) first_weight = 1;
  if (last_weight == 0) last_weight = 1;
}

float magnitude_flux(std::span<const float> magnitude, std::span<const float> previous) {
  const double sum = squared_distance(magnitude.size(), magnitude.data(), previous.data());
  return static_cast<float>(std::sqrt(sum / static_cast<double>(magnitude.size())));
}

}  // namespace ser
