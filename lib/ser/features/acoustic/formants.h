// Formant frequencies and bandwidths from the roots of a linear predictor.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace ser {

inline constexpr std::size_t formant_count = 5;

/// In order of frequency; missing ones are 0.
struct Formants {
  std::array<float, formant_count> frequency_hz{};
  std::array<float, formant_count> bandwidth_hz{};
};

/// Roots of z^n - a_1 z^(n-1) - ... - a_n at 50 to 5450 Hz (at a rate of 11 kHz). The signs are those of openSMILE,
/// which takes the coefficients of A(z) = 1 + sum a_i z^-i for predictor coefficients; roots outside the unit circle
/// are mirrored into it.
Formants formants_of_predictor(std::span<const float> coefficients, double rate_hz);

}  // namespace ser
