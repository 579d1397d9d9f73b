// Functionals of contours and descriptors of spectra whose answer is known.
#include <ser/features/acoustic/contour.h>
#include <ser/features/acoustic/contour_peaks.h>
#include <ser/features/acoustic/contour_regression.h>
#include <ser/features/acoustic/contour_segments.h>
#include <ser/features/acoustic/contour_statistics.h>
#include <ser/features/acoustic/rasta.h>
#include <ser/features/acoustic/spectral_descriptors.h>
#include <ser/features/acoustic/waveform_hnr.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

using namespace ser;
using Floats = std::vector<float>;

namespace {

double value(float x) { return static_cast<double>(x); }

Floats made(std::size_t n, double (*f)(double)) {
  Floats x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = static_cast<float>(f(static_cast<double>(i)));
  return x;
}

}  // namespace

TEST_CASE("Flatness of equal magnitudes is 1, and zeros lower it: the geometric mean leaves them out") {
  CHECK(contour_means(Floats{2, -2, 2}).flatness == 1);
  CHECK(value(contour_means(Floats{2, 0, 2, 0}).flatness) == Approx(2));
  CHECK(contour_means(Floats{0, 0}).flatness == 1);
  CHECK(value(contour_means(Floats{1, 4}).flatness) == Approx(2 / 2.5));
}

TEST_CASE("Means of positive values and of squares") {
  const ContourMeans m = contour_means(Floats{3, -1, 0, 5});
  CHECK(m.mean == 1.75f);
  CHECK(m.positive_mean == 4);
  CHECK(value(m.root_mean_square) == Approx(std::sqrt(35.0 / 4)));
  CHECK(contour_means(Floats{-1, -2}).positive_mean == 0);
}

TEST_CASE("Kurtosis is not excess; moments of a constant are 0") {
  const ContourMoments m = contour_moments(Floats{1, -1, 1, -1});
  CHECK(m.deviation == 1);
  CHECK(m.skewness == 0);
  CHECK(m.kurtosis == 1);
  CHECK(contour_moments(Floats(5, 3.f)).kurtosis == 0);
  CHECK(contour_moments(Floats{0, 0, 0, 1}).skewness > 0);
}

TEST_CASE("The first of equal extremes counts; shares are of all values") {
  const Floats x{0, 4, 1, 4, 0, 2, 3, 4};
  const ContourRange range(x);
  CHECK(range.range == 4);
  CHECK(range.highest_at == 1);
  CHECK(range.lowest_at == 0);
  CHECK(share_above(x, range, 0.5f) == 0.5f);
  CHECK(share_above(x, range, 0.9f) == 0.375f);
}

TEST_CASE("A parabola rises half of the time and bends upwards all the time") {
  const ContourDirections d = contour_directions(made(21, [](double i) { return (i - 10) * (i - 10); }));
  CHECK(d.rising == 0.5f);
  CHECK(d.left_curved == 1);
  CHECK(contour_directions(Floats{1}).rising == 0);
}

TEST_CASE("The soft limit keeps small values, bends large ones, is odd and continuous") {
  CHECK(soft_limit(0.5f, 1, 2) == 0.5f);
  CHECK(value(soft_limit(1.0001f, 1, 2)) == Approx(1.00005).epsilon(1e-4));
  CHECK(soft_limit(1e9f, 1, 2) == 3);
  CHECK(soft_limit(-7.f, 1, 2) == -soft_limit(7.f, 1, 2));
}

TEST_CASE("Regression finds a gentle line and parabola again, in units of the range") {
  const std::size_t n = 401;
  const Floats line = made(n, [](double i) { return 5 + 0.01 * i; });
  const ContourRegression l = contour_regression(line, ContourRange(line), 100);
  CHECK(value(l.line_slope) == Approx(0.01 * 100 / 4).epsilon(1e-4));
  CHECK(value(l.line_offset) == Approx(0).margin(1e-6));
  CHECK(value(l.line_error) == Approx(0).margin(1e-10));
  CHECK(value(l.parabola_curvature) == Approx(0).margin(1e-4));

  const Floats bowl = made(n, [](double i) { return 1e-4 * i * i - 0.02 * i + 3; });
  const ContourRange range(bowl);
  const double extent = value(range.range);
  const ContourRegression b = contour_regression(bowl, range, 1);
  CHECK(value(b.parabola_curvature) == Approx(1e-4 / extent).epsilon(1e-4));
  CHECK(value(b.parabola_slope) == Approx(-0.02 / extent).epsilon(1e-3));
  CHECK(value(b.parabola_offset) == Approx((3 - value(range.lowest)) / extent).epsilon(1e-4));
  CHECK(value(b.parabola_error) == Approx(0).margin(1e-10));
  CHECK(b.line_error > 1e-3f);
}

TEST_CASE("Regression of a constant is 0; its centroid is the middle") {
  const Floats x(11, 3.f);
  const ContourRegression r = contour_regression(x, ContourRange(x), 100);
  CHECK(r.line_slope == 0);
  CHECK(r.line_offset == 0);
  CHECK(r.parabola_error == Approx(0).margin(1e-12));
  CHECK(value(r.centroid) == Approx(5.0 / 11));
}

TEST_CASE("Through two values the line is exact and the parabola 0") {
  const Floats x{1, 3};
  const ContourRegression r = contour_regression(x, ContourRange(x), 1);
  CHECK(r.line_error == 0);
  CHECK(r.line_offset == 0);
  CHECK(r.parabola_slope == 0);
  CHECK(r.parabola_offset == -0.5f);
  CHECK(value(r.parabola_error) == Approx((0.25 + 2.25) / 2));
}

TEST_CASE("Crossings of the quarter and three-quarter lines cut a contour into stretches") {
  Floats x(60, 0.f);
  for (std::size_t i = 20; i < 40; ++i) x[i] = 1;
  // Up through both lines from frame 20 on, down from frame 40 on; the first stretch begins one frame before the
  // contour.
  CHECK(crossing_lengths(x) == std::vector<std::size_t>{21, 20});
  CHECK(crossing_lengths(Floats(10, 1.f)).empty());
  CHECK(crossing_lengths(Floats{}).empty());
}

TEST_CASE("Peaks of a clean oscillation: distance, height and no spread") {
  const Floats x = made(401, [](double i) { return 3 + std::sin(2 * std::numbers::pi * i / 40); });
  const auto extrema = contour_extrema(x);
  const ContourRange range(x);
  const PeakStatistics p = peak_statistics(extrema, range.range, contour_means(x).mean, 0.01);
  CHECK(value(p.mean_distance) == Approx(0.4));
  CHECK(value(p.distance_deviation) == Approx(0.2).margin(1e-6));  // from the minimum, half a period away
  CHECK(value(p.mean) == Approx(4).epsilon(1e-6));
  CHECK(p.range == 0);
  CHECK(value(p.mean_above_mean) == Approx(1).epsilon(1e-3));
  CHECK(value(p.relative_mean) == Approx(4.0 / 3).epsilon(1e-3));
  const PeakStatistics none = peak_statistics({}, 0, 0, 0.01);
  CHECK(none.relative_mean == 20);
  CHECK(none.mean_distance == 0);
}

TEST_CASE("The delta of a line is its slope; its ends are repeated") {
  const Floats d = delta_contour(Floats{0, 1, 2, 3, 4, 5, 6});
  CHECK(d[3] == 1);
  CHECK(value(d[0]) == Approx(0.5));
  CHECK(delta_contour(Floats{2})[0] == 0);
}

TEST_CASE("Deltas over values that are not 0 shrink with every pair that was seen") {
  const std::vector<Floats> x{{1, 2, 3, 4, 5, 6}};
  const auto d = nonzero_delta_contours(x, 6);
  CHECK(value(d[0][0]) == Approx((2 - 1 + 2 * (3 - 1)) / 15.0));
  CHECK(value(d[0][2]) == Approx(10 / 25.0));
  const auto gaps = nonzero_delta_contours(std::vector<Floats>{{0, 0, 5, 0, 0}}, 5);
  CHECK(gaps[0] == Floats(5, 0.f));
}

TEST_CASE("A flat spectrum: entropy, centroid, roll-off, no slope") {
  SpectralDescriptors spectral(257, 31.25);
  const Floats flat(257, 1.f);
  const auto v = spectral.values(flat, {});
  CHECK(value(v[spectral::entropy]) == Approx(8));
  CHECK(value(v[spectral::centroid]) == Approx(31.25 * 128.5));
  CHECK(v[spectral::roll_off_25] == 2000);
  CHECK(v[spectral::roll_off_90] == 7218.75f);
  CHECK(value(v[spectral::slope]) == Approx(0).margin(1e-9));
  CHECK(value(v[spectral::skewness]) == Approx(0).margin(1e-6));
  CHECK(value(v[spectral::kurtosis]) == Approx(1.8).epsilon(1e-3));  // of a uniform distribution
  CHECK(value(v[spectral::band_250_650]) == Approx((1 + 11 + 0.8) / 256));
  CHECK(v[spectral::harmonicity] == 0);
  CHECK(v[spectral::flux] == 0);
}

TEST_CASE("A line spectrum: all shape is at its bin; the first bin does not count") {
  SpectralDescriptors spectral(257, 31.25);
  Floats line(257, 0.f), before(257, 0.f);
  line[0] = 9;
  line[32] = 2;
  const auto v = spectral.values(line, before);
  CHECK(v[spectral::centroid] == 1000);
  CHECK(v[spectral::variance] == 0);
  CHECK(v[spectral::skewness] == 0);
  for (const auto q : {spectral::roll_off_25, spectral::roll_off_90}) CHECK(v[q] == 1000);
  CHECK(value(v[spectral::flux]) == Approx(2 / 16.0));
  CHECK(value(v[spectral::band_1000_4000]) == Approx(4.0 / 256));
  CHECK(value(v[spectral::sharpness]) == Approx(0.11 * (26.81 / (1 + 1.96) - 0.53)));
}

TEST_CASE("Two lines have harmonicity, half the change from peak to peak") {
  SpectralDescriptors spectral(257, 31.25);
  Floats x(257, 1.f);
  x[50] = 3;
  x[60] = 2;
  CHECK(value(spectral.values(x, {})[spectral::harmonicity]) == Approx((9 - 4) / 2.0 / 256));
}

TEST_CASE("RASTA forgets a steady spectrum and any gain") {
  const AuditorySpectrum bands(257, 31.25);
  RastaSpectrum rasta(bands), louder(bands);
  Floats power(26, 0.5f), gained(26, 50.f), out(26), out_gained(26);
  for (int t = 0; t < 400; ++t) {
    rasta.filter(power, out);
    louder.filter(gained, out_gained);
  }
  for (std::size_t m = 0; m < 26; ++m) {
    CHECK(value(out[m]) == Approx(std::pow(bands.loudness_weight(m), 0.33)).epsilon(1e-5));
    CHECK(value(out_gained[m]) == Approx(value(out[m])).epsilon(1e-5));
  }
}

TEST_CASE("The waveform HNR of equal periods is that of rounding; of noisy ones it is the ratio of levels") {
  std::vector<double> clean(800), noisy(800);
  for (std::size_t i = 0; i < clean.size(); ++i) {
    clean[i] = std::sin(2 * std::numbers::pi * static_cast<double>(i % 100) / 100);
    noisy[i] = clean[i] + (i / 100 % 2 ? 0.1 : -0.1);
  }
  const auto hnr = [](const std::vector<double>& segment) {
    WaveformHnr measure;
    measure.start(segment, 100);
    for (std::size_t begin = 0; begin < 700; begin += 100) measure.add_period(begin);
    return measure.finish(700, 100);
  };
  CHECK(hnr(clean) > 120);
  CHECK(value(hnr(noisy)) == Approx(20 * std::log10(std::sqrt(0.5) / 0.1)).margin(0.3));
  CHECK(hnr(std::vector<double>(800, 0.0)) == 0);  // no noise at all: the reference's value
}
