// The single-precision split-radix FFT: bits of the original, and what holds of any Fourier transform.
#include <ser/base/error.h>
#include <ser/features/split_radix_fft.h>
#include <support/files.h>

#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <numbers>

using namespace ser;
using namespace ser::test;
using Floats = std::vector<float>;

namespace {

Floats noise(std::size_t n, std::uint32_t state = 12345) {
  Floats x(n);
  for (float& value : x) {
    state = 1664525 * state + 1013904223;
    value = static_cast<float>(state / 4294967296.0 - 0.5);
  }
  return x;
}

struct Spectrum {
  Floats real, imaginary;
  explicit Spectrum(const Floats& x) : real(x.size() / 2 + 1), imaginary(x.size() / 2 + 1) {
    SplitRadixFft(x.size()).transform(x, real, imaginary);
  }
};

/// Ooura's order: the real part of bin k at 2 k, its imaginary part with the other sign at 2 k + 1; the last bin at 1.
Floats packed(const Spectrum& s) {
  Floats a;
  for (std::size_t k = 0; k + 1 < s.real.size(); ++k) {
    a.push_back(s.real[k]);
    a.push_back(k == 0 ? s.real.back() : -s.imaginary[k]);
  }
  return a;
}

Floats inverse_of_packed(const Floats& a) {
  const std::size_t half = a.size() / 2;
  Floats real(half + 1), imaginary(half + 1), out(a.size());
  for (std::size_t k = 0; k < half; ++k) real[k] = a[2 * k], imaginary[k] = k == 0 ? 0.f : -a[2 * k + 1];
  real[half] = a[1];
  SplitRadixFft(a.size()).inverse(real, imaginary, out);
  return out;
}

}  // namespace

TEST_CASE("The split-radix FFT has the bits of the original at every length") {
  const Matrix reference = read_npy(golden("features/ooura_rdft.npy"));
  std::size_t row = 0;
  for (std::size_t n = 8; n <= 32768; n *= 2) {
    const Floats x = noise(n), forward = packed(Spectrum(x)), backward = inverse_of_packed(x);
    INFO("length " << n);
    for (std::size_t i = 0; i < n; i += n <= 512 ? 1 : n / 256 + 1, ++row) {
      INFO("value " << i);
      REQUIRE(std::bit_cast<std::uint32_t>(forward[i]) == std::bit_cast<std::uint32_t>(reference(row, 0)));
      REQUIRE(std::bit_cast<std::uint32_t>(backward[i]) == std::bit_cast<std::uint32_t>(reference(row, 1)));
    }
  }
  CHECK(row == reference.rows);
}

TEST_CASE("The split-radix FFT is the discrete Fourier transform") {
  for (std::size_t n = 8; n <= 1024; n *= 2) {
    const Floats x = noise(n);
    const Spectrum s(x);
    std::vector<std::complex<double>> turn(n);
    for (std::size_t i = 0; i < n; ++i)
      turn[i] = std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(n));
    for (std::size_t k = 0; k <= n / 2; ++k) {
      std::complex<double> sum = 0;
      for (std::size_t i = 0; i < n; ++i) sum += static_cast<double>(x[i]) * turn[k * i % n];
      const double margin = 2e-7 * std::sqrt(static_cast<double>(n));
      REQUIRE(static_cast<double>(s.real[k]) == Approx(sum.real()).margin(margin));
      REQUIRE(static_cast<double>(s.imaginary[k]) == Approx(sum.imag()).margin(margin));
    }
  }
}

TEST_CASE("The split-radix FFT keeps energy, adds up and is undone by its inverse") {
  for (std::size_t n = 8; n <= 32768; n *= 2) {
    INFO("length " << n);
    const Floats x = noise(n), y = noise(n, 54321);
    Floats sum(n), back(n);
    for (std::size_t i = 0; i < n; ++i) sum[i] = x[i] + y[i];
    const Spectrum of_x(x), of_y(y), of_sum(sum);
    double energy = 0, spectral_energy = 0, worst = 0;
    for (const float value : x) energy += static_cast<double>(value) * static_cast<double>(value);
    for (std::size_t k = 0; k <= n / 2; ++k) {
      const double re = static_cast<double>(of_x.real[k]), im = static_cast<double>(of_x.imaginary[k]);
      spectral_energy += (k == 0 || k == n / 2 ? 1 : 2) * (re * re + im * im);
      worst = std::max(worst, static_cast<double>(std::abs(of_sum.real[k] - of_x.real[k] - of_y.real[k])));
    }
    CHECK(spectral_energy / static_cast<double>(n) == Approx(energy).epsilon(1e-6));
    CHECK(worst < 1e-6 * std::sqrt(static_cast<double>(n)));
    SplitRadixFft(n).inverse(of_x.real, of_x.imaginary, back);
    for (std::size_t i = 0; i < n; ++i) REQUIRE(std::abs(back[i] * 2 / static_cast<float>(n) - x[i]) < 1e-6f);
  }
}

TEST_CASE("The split-radix FFT wants a power of two") {
  CHECK_THROWS_AS(SplitRadixFft(480), UsageError);
  CHECK_THROWS_AS(SplitRadixFft(4), UsageError);
  CHECK_THROWS_WITH(SplitRadixFft(0), Catch::Contains("at least 8"));
}
