#include <ser/features/acoustic/rasta.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ser {
namespace {

constexpr double frame_seconds = 0.01, low_hz = 1, high_hz = 29, power_floor = 9.3e-10, compression = 0.33;

/// y_t = b_0 (l_t - l_(t-4)) + b_1 (l_(t-1) - l_(t-3)) + p y_(t-1)
struct Coefficients {
  double b0, b1, p;
  Coefficients() {
    const double w = std::cos(2 * std::numbers::pi * high_hz * frame_seconds);
    const double g = std::sqrt(10 * (32 * w * w + 8));
    b0 = 2 / g;
    b1 = -4 * w / g;
    p = 1 - std::sin(2 * std::numbers::pi * low_hz * frame_seconds);
  }
};
const Coefficients filter_coefficients;

}  // namespace

RastaSpectrum::RastaSpectrum(const AuditorySpectrum& spectrum) {
  for (std::size_t m = 0; m < bands; ++m) log_weight_[m] = std::log(spectrum.loudness_weight(m));
}

void RastaSpectrum::filter(std::span<const float> power, std::span<float> loudness) {
  const auto [b0, b1, p] = filter_coefficients;
  const auto past = [&](std::size_t frames) -> std::array<double, bands>& {
    return logarithm_[(frame_ + history - frames) % history];
  };
  const bool settled = frame_ >= history;
  for (std::size_t m = 0; m < bands; ++m) {
    past(0)[m] = std::log(std::max(static_cast<double>(power[m]), power_floor));
    double y = 0;
    if (settled) {
      y = b0 * (past(0)[m] - past(4)[m]) + b1 * (past(1)[m] - past(3)[m]);
      if (frame_ > history) y += p * output_[m];
    }
    output_[m] = y;
    loudness[m] = static_cast<float>(std::exp(compression * (y + log_weight_[m])));
  }
  ++frame_;
}

}  // namespace ser
