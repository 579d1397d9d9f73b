#include <ser/features/acoustic/frame_spectrum.h>
#include <ser/features/acoustic/multiversion.h>
#include <ser/features/fft.h>
#include <ser/features/window.h>

#include <cmath>

namespace ser {
namespace {

SER_MULTIVERSION void magnitudes(std::size_t n, const float* __restrict real, const float* __restrict imaginary,
                                 float* __restrict magnitude) {
  for (std::size_t k = 0; k < n; ++k) magnitude[k] = std::sqrt(real[k] * real[k] + imaginary[k] * imaginary[k]);
}

SER_MULTIVERSION double square_sum(std::size_t n, const float* x) {
  double lanes[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  const std::size_t whole = n / 8 * 8;
  for (std::size_t i = 0; i < whole; i += 8)
    for (std::size_t j = 0; j < 8; ++j) lanes[j] += static_cast<double>(x[i + j] * x[i + j]);
  double sum = ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
  for (std::size_t i = whole; i < n; ++i) sum += static_cast<double>(x[i] * x[i]);
  return sum;
}

}  // namespace

FrameSpectrum::FrameSpectrum(const std::string& window, std::size_t length)
    : window_(make_window(window, length)),
      fft_(next_power_of_two(length)),
      padded_(fft_.length()),
      real_(fft_.bins()),
      imaginary_(fft_.bins()) {}

void FrameSpectrum::transform(std::span<const float> frame, std::span<float> magnitude) {
  float* inside = padded_.data() + (padded_.size() - window_.size()) / 2;
  for (std::size_t i = 0; i < window_.size(); ++i) inside[i] = frame[i] * window_[i];
  fft_.transform(padded_, real_, imaginary_);
  magnitudes(bins(), real_.data(), imaginary_.data(), magnitude.data());
}

double mean_square(std::span<const float> samples, std::size_t count) {
  return square_sum(samples.size(), samples.data()) / static_cast<double>(count);
}

}  // namespace ser
