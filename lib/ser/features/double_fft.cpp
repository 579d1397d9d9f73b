#include <ser/base/error.h>
#include <ser/features/double_fft.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <kissfft/kissfft.hh>

namespace ser {

struct DoubleRealFft::Plan {
  explicit Plan(std::size_t length) : half(length / 2, false) {}
  kissfft<double> half;  ///< real input of length n is one complex transform of length n / 2
};

DoubleRealFft::DoubleRealFft(std::size_t length) : length_(length) {
  if (length < 8 || !std::has_single_bit(length))
    throw_error<UsageError>("an FFT of {} samples is not possible: the length must be a power of two of at least 8",
                            length);
  plan_ = std::make_unique<Plan>(length);
  samples_.resize(length);
  spectrum_.resize(length / 2);
}
DoubleRealFft::~DoubleRealFft() = default;
DoubleRealFft::DoubleRealFft(DoubleRealFft&&) noexcept = default;
DoubleRealFft& DoubleRealFft::operator=(DoubleRealFft&&) noexcept = default;

void DoubleRealFft::transform(std::span<const float> input, std::span<double> real, std::span<double> imaginary) {
  std::copy(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(length_), samples_.begin());
  plan_->half.transform_real(samples_.data(), spectrum_.data());
  const std::size_t half = length_ / 2;
  for (std::size_t k = 1; k < half; ++k) {
    real[k] = spectrum_[k].real();
    imaginary[k] = spectrum_[k].imag();
  }
  // KISS FFT packs the last bin, which is real like the first, into the first one's imaginary part.
  real[0] = spectrum_[0].real();
  real[half] = spectrum_[0].imag();
  imaginary[0] = imaginary[half] = 0;
}

}  // namespace ser
