#include <ser/features/acoustic/log2_spectrum.h>
#include <ser/features/acoustic/multiversion.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ser {
namespace {

constexpr double lowest_hz = 25;

SER_MULTIVERSION void smooth_three(std::size_t n, const double* __restrict in, double* __restrict out) {
  out[0] = (2 * in[0] + in[1]) / 4;
  for (std::size_t k = 1; k + 1 < n; ++k) out[k] = (in[k - 1] + 2 * in[k] + in[k + 1]) / 4;
  out[n - 1] = in[n - 1];
}

/// Right side of the spline's equations, already multiplied by the pivots.
SER_MULTIVERSION void slope_changes(std::size_t n, const double* __restrict y, const double* __restrict inverse_step,
                                    const double* __restrict pivot, double* __restrict out) {
  for (std::size_t i = 1; i + 1 < n; ++i)
    out[i] = 6 * ((y[i + 1] - y[i]) * inverse_step[i] - (y[i] - y[i - 1]) * inverse_step[i - 1]) * pivot[i];
}

}  // namespace

Log2Spectrum::Log2Spectrum(std::size_t bins, double spacing_hz)
    : first_(std::log2(lowest_hz)),
      abscissa_(bins),
      inverse_step_(bins),
      pivot_(bins),
      lower_(bins),
      upper_(bins),
      interval_(bins),
      left_(bins),
      right_(bins),
      left_curvature_(bins),
      right_curvature_(bins),
      weight_(bins),
      enhanced_(bins),
      smooth_(bins),
      curvature_(bins) {
  const double n = static_cast<double>(bins), highest_hz = (n - 1) * spacing_hz;
  step_ = (std::log2(highest_hz) - first_) / (n - 1);
  points_per_octave_ = n / std::log2(highest_hz / lowest_hz);

  for (std::size_t k = 1; k < bins; ++k) abscissa_[k] = std::log2(static_cast<double>(k) * spacing_hz);
  abscissa_[0] = 2 * abscissa_[1] - abscissa_[2];
  for (std::size_t i = 0; i + 1 < bins; ++i) inverse_step_[i] = 1 / (abscissa_[i + 1] - abscissa_[i]);
  for (std::size_t i = 1; i + 1 < bins; ++i) {
    const double before = abscissa_[i] - abscissa_[i - 1], after = abscissa_[i + 1] - abscissa_[i];
    pivot_[i] = 1 / (2 * (before + after) - before * upper_[i - 1]);
    lower_[i] = before * pivot_[i];
    upper_[i] = after * pivot_[i];
  }

  const double q = points_per_octave_ * std::log2(65.0 / 50.0) - 1;
  for (std::size_t j = 0; j < bins; ++j) {
    const double at = first_ + static_cast<double>(j) * step_;
    const auto above = std::upper_bound(abscissa_.begin(), abscissa_.end(), at) - abscissa_.begin();
    const auto low = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(above - 1, 0, static_cast<int>(bins) - 2));
    const double h = abscissa_[low + 1] - abscissa_[low];
    const double a = (abscissa_[low + 1] - at) / h, b = (at - abscissa_[low]) / h;
    interval_[j] = low;
    left_[j] = a;
    right_[j] = b;
    left_curvature_[j] = (a * a * a - a) * h * h / 6;
    right_curvature_[j] = (b * b * b - b) * h * h / 6;
    weight_[j] = 0.5 + std::atan(3 * (static_cast<double>(j) + 1 - q) / points_per_octave_) / std::numbers::pi;
  }
}

void Log2Spectrum::enhance_peaks(std::span<const float> a) {
  const std::size_t n = a.size();
  std::copy(a.begin(), a.end(), enhanced_.begin());
  std::size_t maxima = 0, last = 0;
  const auto maximum_at = [&](std::size_t k) {
    if (maxima++ > 0 && k >= last + 6)
      std::fill(enhanced_.begin() + static_cast<std::ptrdiff_t>(last) + 3,
                enhanced_.begin() + static_cast<std::ptrdiff_t>(k) - 2, 0.0);
    last = k;
  };
  if (a[0] > a[1]) maximum_at(0);
  for (std::size_t k = 1; k + 1 < n; ++k)
    if (a[k] > a[k - 1] && a[k] >= a[k + 1]) maximum_at(k);
  if (a[n - 1] > a[n - 2]) maximum_at(n - 1);
  if (maxima == 1) std::fill(enhanced_.begin() + 3, enhanced_.end(), 0.0);
}

void Log2Spectrum::transform(std::span<const float> magnitude, std::span<float> spectrum) {
  const std::size_t n = size();
  enhance_peaks(magnitude);
  smooth_three(n, enhanced_.data(), smooth_.data());
  slope_changes(n, smooth_.data(), inverse_step_.data(), pivot_.data(), curvature_.data());
  curvature_[0] = curvature_[n - 1] = 0;
  for (std::size_t i = 1; i + 1 < n; ++i) curvature_[i] -= lower_[i] * curvature_[i - 1];
  for (std::size_t i = n - 2; i > 0; --i) curvature_[i] -= upper_[i] * curvature_[i + 1];
  for (std::size_t j = 0; j < n; ++j) {
    const std::size_t low = interval_[j];
    const auto value =
        static_cast<float>(left_[j] * smooth_[low] + right_[j] * smooth_[low + 1] +
                           left_curvature_[j] * curvature_[low] + right_curvature_[j] * curvature_[low + 1]);
    spectrum[j] = static_cast<float>(static_cast<double>(std::max(0.f, value)) * weight_[j]);
  }
}

}  // namespace ser
