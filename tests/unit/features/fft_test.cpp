#include <ser/base/error.h>
#include <ser/features/fft.h>

#include <catch2/catch.hpp>
#include <cmath>

using namespace ser;

TEST_CASE("the inverse FFT of a spectrum is the length times the signal", "[fft]") {
  for (const std::size_t length : {2u, 6u, 64u, 1000u}) {
    std::vector<float> signal(length), back(length);
    for (std::size_t i = 0; i < length; ++i) signal[i] = std::sin(0.7f * static_cast<float>(i * i));
    std::vector<std::complex<float>> spectrum(length / 2 + 1);
    RealFft(length).transform(signal, spectrum);
    InverseRealFft(length).transform(spectrum, back);
    for (std::size_t i = 0; i < length; ++i)
      CHECK(back[i] / static_cast<float>(length) == Approx(signal[i]).margin(2e-6));
  }
  CHECK_THROWS_AS(InverseRealFft(7), UsageError);
}
