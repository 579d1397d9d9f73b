// The pieces of the acoustic chain on signals whose answer is known.
#include <ser/base/random.h>
#include <ser/features/acoustic/contour.h>
#include <ser/features/acoustic/contour_peaks.h>
#include <ser/features/acoustic/contour_segments.h>
#include <ser/features/acoustic/formants.h>
#include <ser/features/acoustic/frame_spectrum.h>
#include <ser/features/acoustic/harmonics.h>
#include <ser/features/acoustic/linear_prediction.h>
#include <ser/features/acoustic/period_matching.h>
#include <ser/features/acoustic/polynomial_roots.h>
#include <ser/features/acoustic/spectral_shape.h>
#include <ser/features/acoustic/subharmonic_summation.h>
#include <ser/features/acoustic/viterbi_pitch.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

using namespace ser;
using Floats = std::vector<float>;

namespace {

constexpr double tau = 2 * std::numbers::pi;

Floats noise(std::size_t n) {
  std::uint32_t state = 12345;
  Floats x(n);
  for (float& value : x) {
    state = 1664525 * state + 1013904223;
    value = static_cast<float>(state / 4294967296.0 - 0.5);
  }
  return x;
}

/// Ten equal harmonics of f0.
Floats voice(double f0, int rate_hz, std::size_t n) {
  Floats x(n);
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0;
    for (int h = 1; h <= 10; ++h) sum += std::sin(tau * h * f0 * static_cast<double>(i) / rate_hz);
    x[i] = static_cast<float>(0.05 * sum);
  }
  return x;
}

PitchCandidates candidates_of(const Floats& signal, int rate_hz) {
  FrameSpectrum spectrum("gauss", signal.size());
  Log2Spectrum log2_spectrum(spectrum.bins(),
                             static_cast<double>(rate_hz) / static_cast<double>(spectrum.fft_length()));
  SubharmonicSummation summation({}, log2_spectrum);
  Floats magnitude(spectrum.bins()), on_log_axis(spectrum.bins());
  spectrum.transform(signal, magnitude);
  log2_spectrum.transform(magnitude, on_log_axis);
  return summation.candidates(on_log_axis);
}

}  // namespace

TEST_CASE("An autocorrelation that falls all the way has no harmonics-to-noise ratio") {
  Floats magnitude(513);
  magnitude[0] = 1, magnitude[1] = 0.5f;
  CHECK(Harmonics(1024, 15.625, 16000).measure(magnitude, 100, {}).hnr_db == 0);
}

TEST_CASE("Roots of polynomials are found again from their coefficients") {
  using Complex = std::complex<double>;
  const std::vector<Complex> wanted{{0.9, 0.3}, {0.9, -0.3}, {0.1, 0.97}, {0.1, -0.97}, {-0.7, 0.6}, {-0.7, -0.6},
                                    {0.5, 0},   {-0.95, 0},  {1.2, 0},    {0.2, 0.1},   {0.2, -0.1}};
  std::vector<Complex> product{1};
  for (const Complex root : wanted) {
    product.push_back(0);
    for (std::size_t i = product.size() - 1; i > 0; --i) product[i] -= root * product[i - 1];
  }
  std::vector<double> coefficients;
  for (std::size_t i = 1; i < product.size(); ++i) coefficients.push_back(product[i].real());
  std::vector<Complex> roots(wanted.size());
  polynomial_roots(coefficients, roots);
  for (const Complex root : wanted) {
    const auto near = std::min_element(roots.begin(), roots.end(),
                                       [&](Complex a, Complex b) { return std::abs(a - root) < std::abs(b - root); });
    CHECK(std::abs(*near - root) < 1e-11);
  }
}

TEST_CASE("The roots of random polynomials reproduce their coefficients") {
  const Floats values = noise(11 * 200);
  for (std::size_t trial = 0; trial < 200; ++trial) {
    std::vector<double> c(11);
    for (std::size_t i = 0; i < 11; ++i) c[i] = 8 * static_cast<double>(values[trial * 11 + i]);
    std::vector<std::complex<double>> roots(11), product{1};
    polynomial_roots(c, roots);
    for (const auto& root : roots) {
      product.push_back(0);
      for (std::size_t i = product.size() - 1; i > 0; --i) product[i] -= root * product[i - 1];
    }
    for (std::size_t i = 0; i < 11; ++i) {
      REQUIRE(product[i + 1].real() == Approx(c[i]).margin(1e-9));
      REQUIRE(std::abs(product[i + 1].imag()) < 1e-9);
    }
  }
}

TEST_CASE("Linear prediction finds the resonance of a decaying oscillation") {
  Floats x(400);
  const double radius = 0.97, angle = 0.6;
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<float>(std::pow(radius, static_cast<double>(i)) * std::sin(angle * static_cast<double>(i + 1)));
  std::array<float, 11> a;
  linear_prediction(x, a);
  CHECK(static_cast<double>(a[0]) == Approx(-2 * radius * std::cos(angle)).epsilon(1e-3));
  CHECK(static_cast<double>(a[1]) == Approx(radius * radius).epsilon(1e-3));
  for (std::size_t i = 2; i < a.size(); ++i) CHECK(std::abs(a[i]) < 1e-3f);
}

TEST_CASE("A resonance is the root of its predictor; a missing formant is 0") {
  const double radius = 0.97, angle = 0.6;
  const std::array<float, 2> predictor{static_cast<float>(2 * radius * std::cos(angle)),
                                       static_cast<float>(-radius * radius)};
  const Formants formants = formants_of_predictor(predictor, 11000);
  CHECK(static_cast<double>(formants.frequency_hz[0]) == Approx(angle * 11000 / tau).epsilon(1e-5));
  CHECK(static_cast<double>(formants.bandwidth_hz[0]) ==
        Approx(-std::log(radius) * 11000 / std::numbers::pi).epsilon(1e-4));
  CHECK(formants.frequency_hz[1] == 0);
}

TEST_CASE("A silent frame has no formants") {
  std::array<float, 11> a;
  linear_prediction(Floats(220, 0.f), a);
  CHECK(std::all_of(a.begin(), a.end(), [](float x) { return x == 0; }));
  CHECK(formants_of_predictor(a, 11000).frequency_hz[0] == 0);
}

TEST_CASE("Sub-harmonic summation names the fundamental of a harmonic sound first, at every rate") {
  for (const int rate_hz : {8000, 16000, 44100, 96000})
    for (const double f0 : {90.0, 147.0, 233.0, 380.0}) {
      const auto found = candidates_of(voice(f0, rate_hz, static_cast<std::size_t>(0.06 * rate_hz)), rate_hz);
      REQUIRE(found.count > 0);
      CHECK(static_cast<double>(found.frequency_hz[0]) == Approx(f0).epsilon(0.02));
      CHECK(found.voicing[0] > 0.7f);
      CHECK(std::is_sorted(found.score.rbegin(), found.score.rend()));
    }
}

TEST_CASE("The Viterbi contour follows a steady candidate through one octave error") {
  ViterbiPitch pitch(40);
  for (int t = 0; t < 30; ++t) {
    PitchCandidates frame;
    const bool error = t == 15;
    frame.frequency_hz = {error ? 300.f : 150.f, error ? 150.f : 300.f};
    frame.voicing = {0.8f, 0.75f};
    frame.count = 2;
    pitch.push(frame);
  }
  pitch.finish();
  REQUIRE(pitch.decisions().size() == 30);
  for (const PitchDecision& decision : pitch.decisions()) CHECK(decision.frequency_hz == 150);
}

TEST_CASE("A short look-ahead forces decisions one by one") {
  ViterbiPitch pitch(3);
  PitchCandidates undecided;
  undecided.frequency_hz = {100, 200};
  undecided.voicing = {0.71f, 0.71f};
  for (int t = 0; t < 20; ++t) pitch.push(undecided);
  CHECK(pitch.decisions().size() >= 18);
  pitch.finish();
  CHECK(pitch.decisions().size() == 20);
}

TEST_CASE("A periodic signal has no jitter and no shimmer; one with alternating amplitudes has") {
  const int rate = 16000;
  Floats steady(16000), alternating(16000);
  for (std::size_t i = 0; i < steady.size(); ++i) {
    const double phase = static_cast<double>(i % 100) / 100;
    steady[i] = static_cast<float>(0.3 * (std::sin(tau * phase) + 0.5 * std::sin(2 * tau * phase + 1)));
    alternating[i] = steady[i] * (i / 100 % 2 ? 1.f : 1.2f);
  }
  PeriodMatching matching({}, rate, 960, 160);
  for (std::size_t t = 0; t < 90; ++t) {
    const PeriodPerturbation p = matching.frame(steady, t, 160.f);
    CHECK(p.jitter_local < 1e-6f);
    CHECK(p.shimmer_local < 1e-6f);
  }
  matching.reset();
  PeriodPerturbation last;
  for (std::size_t t = 0; t < 90; ++t) last = matching.frame(alternating, t, 160.f);
  CHECK(static_cast<double>(last.shimmer_local) == Approx(0.2 / 1.1).epsilon(0.02));
  CHECK(static_cast<double>(last.shimmer_local_db) ==
        Approx(20 * std::log10(1 + static_cast<double>(last.shimmer_local))));
  CHECK(matching.frame(alternating, 90, 0.f).shimmer_local == 0);
}

TEST_CASE("The harmonics-to-noise ratio of a clean voice is high, and its harmonics are level") {
  const Floats x = voice(200, 16000, 960);
  FrameSpectrum spectrum("gauss", 960);
  Floats magnitude(spectrum.bins());
  spectrum.transform(x, magnitude);
  Harmonics harmonics(spectrum.fft_length(), 15.625, 16000);
  Formants formants;
  formants.frequency_hz = {400, 1000, 1800};
  const HarmonicMeasures found = harmonics.measure(magnitude, 200, formants);
  CHECK(found.hnr_db > 10);
  CHECK(std::abs(found.h1_h2) < 0.5f);
  for (const float amplitude : found.amplitude) CHECK(std::abs(amplitude) < 1.f);
  CHECK(harmonics.measure(magnitude, 0, formants).amplitude[1] == -201);
}

TEST_CASE("Spectral balance and slope of a spectrum made to order") {
  const std::size_t bins = 257;
  Floats magnitude(bins);
  for (std::size_t k = 0; k < bins; ++k)
    magnitude[k] = static_cast<float>(std::pow(10.0, -0.01 * 31.25 * static_cast<double>(k) / 20));
  SpectralShape shape(bins, 31.25);
  const auto values = shape.values(magnitude);
  double low = 0, high = 0;
  for (std::size_t k = 0; k <= 160; ++k) {
    const double power = std::pow(10.0, -0.01 * 31.25 * static_cast<double>(k) / 10);
    (k < 32 ? low : high) += power;
  }
  CHECK(static_cast<double>(values.alpha_ratio) == Approx(10 * std::log10(high / low)).epsilon(1e-5));
  CHECK(static_cast<double>(values.hammarberg_index) == Approx(20).epsilon(1e-5));
  CHECK(shape.flux(magnitude, magnitude) == 0);
  SpectralSlope slope(500, 1500, bins, 31.25);
  CHECK(slope.first_bin() == 16);
  CHECK(slope.last_bin() == 48);
}

TEST_CASE("Smoothing repeats the ends; zero is no value where the name says so") {
  CHECK(smooth_three_frames(Floats{3, 6, 9}) == Floats{4, 6, 8});
  CHECK(smooth_three_frames(Floats{3, 6, 9}, 15.f) == Floats{4, 6, 10});
  CHECK(smooth_three_nonzero_frames(Floats{0, 2, 4, 0, 6}) == Floats{0, 3, 3, 0, 6});
  CHECK(smooth_three_nonzero_frames(Floats{0, 2, 4, 0, 6}, 0.f) == Floats{0, 3, 3, 0, 6});
  CHECK(nonzero_values(Floats{0, 2, 0, -1}) == Floats{2, -1});
}

TEST_CASE("The normalised deviation has the sign of the mean; percentiles interpolate") {
  const auto m = mean_and_normalised_deviation(Floats{-1, -3});
  CHECK(m.mean == -2);
  CHECK(m.normalised_deviation == -0.5f);
  CHECK(mean_and_normalised_deviation(Floats{-1, 1}).normalised_deviation == 1);
  CHECK(mean_and_normalised_deviation(Floats{}).mean == 0);
  const std::vector<double> percents{20, 50, 80};
  CHECK(percentiles(Floats{5, 1, 2, 4, 3, 6}, percents) == Floats{2, 3.5f, 5});
}

TEST_CASE("Peaks stand out by a tenth of the range; falling slopes are positive but the last") {
  const Floats triangle{0, 1, 2, 3, 4, 3, 2, 1, 0, 1, 2, 3, 4, 3, 2};
  const auto extrema = contour_extrema(triangle);
  REQUIRE(extrema.size() == 3);
  CHECK(extrema[0].position == 4);
  CHECK(!extrema[1].maximum);
  const PeakSlopes slopes = peak_slopes(triangle, extrema, 0.01);
  CHECK(static_cast<double>(slopes.mean_rising) == Approx(100));
  CHECK(static_cast<double>(slopes.mean_falling) == Approx((100.0 - 100.0) / 2).margin(1e-4));
  CHECK(slopes.deviation_rising == 0);
  CHECK(static_cast<double>(slopes.deviation_falling) == Approx(std::sqrt(100.0 * 100.0 / 2)));

  const Floats rise{0, 1, 2, 3};
  CHECK(contour_extrema(rise).empty());
  CHECK(peak_slopes(rise, {}, 0.01).mean_rising == 0.75f);
  CHECK(contour_extrema(Floats(20, 1.f)).empty());
  Floats ripple = triangle;
  ripple[6] = 2.95f;
  ripple[5] = 2.9f;
  CHECK(contour_extrema(ripple).size() == 3);
}

TEST_CASE("Segments need three frames, survive one gap and are one frame short") {
  CHECK(segment_lengths(Floats{1, 1, 1, 1, 0, 0, 1, 1, 0, 0}, false) == std::vector<std::size_t>{3});
  CHECK(segment_lengths(Floats{1, 1, 1, 0, 1, 1, 0, 0}, false) == std::vector<std::size_t>{5});
  CHECK(segment_lengths(Floats{0, 0, 1, 1, 1, 1}, false) == std::vector<std::size_t>{3});
  CHECK(segment_lengths(Floats{0, 0, 0, 0, 1, 1}, true) == std::vector<std::size_t>{3});
  CHECK(segment_lengths(Floats{}, false).empty());
  const auto s = segment_statistics(std::vector<std::size_t>{2, 4}, 100, 0.01);
  CHECK(static_cast<double>(s.per_second) == Approx(2));
  CHECK(static_cast<double>(s.mean_seconds) == Approx(0.03));
  CHECK(static_cast<double>(s.deviation_seconds) == Approx(0.01));
}
