#include <ser/features/acoustic/formants.h>
#include <ser/features/acoustic/polynomial_roots.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ser {

Formants formants_of_predictor(std::span<const float> coefficients, double rate_hz) {
  constexpr double lowest_hz = 50, distance_to_nyquist_hz = 50;
  std::array<double, highest_polynomial_degree> polynomial;
  std::array<std::complex<double>, highest_polynomial_degree> roots;
  const std::size_t n = coefficients.size();
  bool silent = true;
  for (std::size_t i = 0; i < n; ++i) {
    polynomial[i] = -static_cast<double>(coefficients[i]);
    silent &= polynomial[i] == 0;
  }
  Formants out;
  if (silent) return out;
  polynomial_roots({polynomial.data(), n}, {roots.data(), n});

  std::array<std::pair<double, double>, highest_polynomial_degree> found;
  std::size_t count = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (roots[i].imag() < 0) continue;
    const double radius = std::abs(roots[i]), frequency = std::arg(roots[i]) * rate_hz / (2 * std::numbers::pi);
    if (frequency < lowest_hz || frequency > rate_hz / 2 - distance_to_nyquist_hz) continue;
    found[count++] = {frequency, std::abs(std::log(radius)) * rate_hz / std::numbers::pi};
  }
  std::sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(count));
  for (std::size_t i = 0; i < std::min(count, formant_count); ++i) {
    out.frequency_hz[i] = static_cast<float>(found[i].first);
    out.bandwidth_hz[i] = static_cast<float>(found[i].second);
  }
  return out;
}

}  // namespace ser
