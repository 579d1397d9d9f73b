#include <ser/base/error.h>
#include <ser/features/acoustic/multiversion.h>
#include <ser/features/double_fft.h>

#include <bit>
#include <cmath>
#include <numbers>

namespace ser {
namespace {

/// One butterfly of four values spaced `n` apart; results go to y[0], y[s], y[2s], y[3s].
inline __attribute__((always_inline)) void butterfly4(const double* __restrict xr, const double* __restrict xi,
                                                      std::size_t n, double* __restrict yr, double* __restrict yi,
                                                      std::size_t s, const double (&w)[6]) {
  const double apc_r = xr[0] + xr[2 * n], apc_i = xi[0] + xi[2 * n];
  const double amc_r = xr[0] - xr[2 * n], amc_i = xi[0] - xi[2 * n];
  const double bpd_r = xr[n] + xr[3 * n], bpd_i = xi[n] + xi[3 * n];
  const double bmd_r = xr[n] - xr[3 * n], bmd_i = xi[n] - xi[3 * n];
  yr[0] = apc_r + bpd_r;
  yi[0] = apc_i + bpd_i;
  const double r1 = amc_r + bmd_i, i1 = amc_i - bmd_r;
  yr[s] = w[0] * r1 - w[1] * i1;
  yi[s] = w[0] * i1 + w[1] * r1;
  const double r2 = apc_r - bpd_r, i2 = apc_i - bpd_i;
  yr[2 * s] = w[2] * r2 - w[3] * i2;
  yi[2 * s] = w[2] * i2 + w[3] * r2;
  const double r3 = amc_r - bmd_i, i3 = amc_i + bmd_r;
  yr[3 * s] = w[4] * r3 - w[5] * i3;
  yi[3 * s] = w[4] * i3 + w[5] * r3;
}

SER_MULTIVERSION void first_stage(std::size_t quarter, const double* __restrict tw, const double* __restrict xr,
                                  const double* __restrict xi, double* __restrict yr, double* __restrict yi) {
  for (std::size_t p = 0; p < quarter; ++p) {
    const double w[6] = {
        tw[p], tw[quarter + p], tw[2 * quarter + p], tw[3 * quarter + p], tw[4 * quarter + p], tw[5 * quarter + p]};
    butterfly4(xr + p, xi + p, quarter, yr + 4 * p, yi + 4 * p, 1, w);
  }
}

SER_MULTIVERSION void later_stage(std::size_t quarter, std::size_t stride, const double* __restrict tw,
                                  const double* __restrict xr, const double* __restrict xi, double* __restrict yr,
                                  double* __restrict yi) {
  for (std::size_t p = 0; p < quarter; ++p) {
    const double w[6] = {
        tw[p], tw[quarter + p], tw[2 * quarter + p], tw[3 * quarter + p], tw[4 * quarter + p], tw[5 * quarter + p]};
    const std::size_t in = stride * p, out = 4 * stride * p;
    for (std::size_t q = 0; q < stride; ++q)
      butterfly4(xr + in + q, xi + in + q, stride * quarter, yr + out + q, yi + out + q, stride, w);
  }
}

SER_MULTIVERSION void last_radix2(std::size_t stride, const double* __restrict xr, const double* __restrict xi,
                                  double* __restrict yr, double* __restrict yi) {
  for (std::size_t q = 0; q < stride; ++q) {
    yr[q] = xr[q] + xr[q + stride];
    yi[q] = xi[q] + xi[q + stride];
    yr[q + stride] = xr[q] - xr[q + stride];
    yi[q + stride] = xi[q] - xi[q + stride];
  }
}

/// From the transform z of even samples (real part) and odd samples (imaginary part) to that of the whole.
SER_MULTIVERSION void split(std::size_t half, const double* __restrict tw, const double* __restrict zr,
                            const double* __restrict zi, double* __restrict xr, double* __restrict xi) {
  xr[0] = zr[0] + zi[0];
  xr[half] = zr[0] - zi[0];
  xi[0] = xi[half] = 0;
  const double *cosine = tw, *sine = tw + half + 1;
  for (std::size_t k = 1; k < half; ++k) {
    const double even_r = (zr[k] + zr[half - k]) / 2, even_i = (zi[k] - zi[half - k]) / 2;
    const double odd_r = (zi[k] + zi[half - k]) / 2, odd_i = (zr[half - k] - zr[k]) / 2;
    xr[k] = even_r + cosine[k] * odd_r + sine[k] * odd_i;
    xi[k] = even_i + cosine[k] * odd_i - sine[k] * odd_r;
  }
}

}  // namespace

DoubleRealFft::DoubleRealFft(std::size_t length) : length_(length) {
  if (length < 8 || !std::has_single_bit(length))
    throw_error<UsageError>("a double FFT of {} samples is not possible: the length must be a power of two", length);
  const std::size_t half = length / 2;
  const double tau = 2 * std::numbers::pi;
  std::size_t n = half, stride = 1;
  for (; n >= 4; n /= 4, stride *= 4) {
    Stage stage{n, stride, std::vector<double>(6 * (n / 4))};
    for (std::size_t p = 0; p < n / 4; ++p)
      for (std::size_t power = 1; power <= 3; ++power) {
        const double angle = -tau * static_cast<double>(p * power) / static_cast<double>(n);
        stage.twiddles[(2 * power - 2) * (n / 4) + p] = std::cos(angle);
        stage.twiddles[(2 * power - 1) * (n / 4) + p] = std::sin(angle);
      }
    stages_.push_back(std::move(stage));
  }
  radix2_last_ = n == 2;
  split_.resize(2 * (half + 1));
  for (std::size_t k = 0; k <= half; ++k) {
    const double angle = tau * static_cast<double>(k) / static_cast<double>(length);
    split_[k] = std::cos(angle);
    split_[half + 1 + k] = std::sin(angle);
  }
  for (auto* buffer : {&re_, &im_, &re2_, &im2_}) buffer->resize(half);
}

void DoubleRealFft::transform(std::span<const float> input, std::span<double> real, std::span<double> imaginary) {
  const std::size_t half = length_ / 2;
  for (std::size_t i = 0; i < half; ++i) {
    re_[i] = static_cast<double>(input[2 * i]);
    im_[i] = static_cast<double>(input[2 * i + 1]);
  }
  for (const Stage& stage : stages_) {
    if (stage.stride == 1)
      first_stage(stage.length / 4, stage.twiddles.data(), re_.data(), im_.data(), re2_.data(), im2_.data());
    else
      later_stage(stage.length / 4, stage.stride, stage.twiddles.data(), re_.data(), im_.data(), re2_.data(),
                  im2_.data());
    re_.swap(re2_);
    im_.swap(im2_);
  }
  if (radix2_last_) {
    last_radix2(half / 2, re_.data(), im_.data(), re2_.data(), im2_.data());
    re_.swap(re2_);
    im_.swap(im2_);
  }
  split(half, split_.data(), re_.data(), im_.data(), real.data(), imaginary.data());
}

}  // namespace ser
