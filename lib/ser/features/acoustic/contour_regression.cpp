#include <ser/features/acoustic/contour_regression.h>

#include <cmath>

namespace ser {
namespace {

struct Parabola {
  double curvature = 0, slope = 0, offset = 0;  ///< a i^2 + b i + c
};

/// Sums of powers of the index and of the values times them.
struct Sums {
  double n, i1, i2, i3, i4, x0 = 0, x1 = 0, x2 = 0;

  explicit Sums(std::span<const float> x) : n(static_cast<double>(x.size())) {
    i1 = n * (n - 1) / 2;
    i2 = n * (n - 1) * (2 * n - 1) / 6;
    i3 = i1 * i1;
    i4 = n * (n - 1) * (2 * n - 1) * (3 * n * n - 3 * n - 1) / 30;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double index = static_cast<double>(i), value = static_cast<double>(x[i]);
      x0 += value;
      x1 += index * value;
      x2 += index * index * value;
    }
  }
  Parabola line() const {
    const double slope = (n * x1 - i1 * x0) / (n * i2 - i1 * i1);
    return {0, slope, (x0 - slope * i1) / n};
  }
  /// Cramer's rule on the normal equations, about the middle index, where the odd sums vanish.
  Parabola parabola() const {
    const double middle = (n - 1) / 2;
    const double j2 = i2 - n * middle * middle;
    const double j4 = i4 - 4 * middle * i3 + 6 * middle * middle * i2 - 3 * n * std::pow(middle, 4);
    const double y1 = x1 - middle * x0, y2 = x2 - 2 * middle * x1 + middle * middle * x0;
    const double curvature = (n * y2 - j2 * x0) / (n * j4 - j2 * j2);
    const double slope = y1 / j2, offset = (x0 - curvature * j2) / n;
    return {curvature, slope - 2 * curvature * middle, offset - slope * middle + curvature * middle * middle};
  }
};

double mean_square_residual(std::span<const float> x, const Parabola& fit, double range) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double index = static_cast<double>(i);
    const double residual =
        (static_cast<double>(x[i]) - ((fit.curvature * index + fit.slope) * index + fit.offset)) / range;
    sum += residual * residual;
  }
  return sum / static_cast<double>(x.size());
}

float centroid(std::span<const float> x) {
  double weighted = 0, sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double magnitude = std::abs(static_cast<double>(x[i]));
    sum += magnitude;
    weighted += static_cast<double>(i) * magnitude;
  }
  return sum > 0 ? static_cast<float>(weighted / sum / static_cast<double>(x.size())) : 0.f;
}

float finite_or_zero(double x) { return std::isfinite(x) ? static_cast<float>(x) : 0.f; }

}  // namespace

ContourRegression contour_regression(std::span<const float> x, const ContourRange& range, double units) {
  ContourRegression out;
  if (x.empty()) return out;
  const Sums sums(x);
  const Parabola flat{0, 0, static_cast<double>(x[0])};
  const Parabola line = x.size() > 1 ? sums.line() : flat;
  // Through two values go many parabolas; the reference then takes 0.
  const Parabola parabola = x.size() > 2 ? sums.parabola() : x.size() == 2 ? Parabola{} : flat;
  out.centroid = centroid(x);
  if (range.range == 0) return out;
  const double extent = static_cast<double>(range.range);
  out.line_error = finite_or_zero(mean_square_residual(x, line, extent));
  out.parabola_error = finite_or_zero(mean_square_residual(x, parabola, extent));

  const auto linear = static_cast<float>(extent / 10), bend = std::sqrt(linear);
  const auto normalised = [&](double coefficient, float limit, double unit) {
    const double limited = static_cast<double>(soft_limit(static_cast<float>(coefficient), limit, limit + 0.01f));
    return finite_or_zero(limited * unit / extent);
  };
  const auto offset = [&](double value) {
    return finite_or_zero((value - static_cast<double>(range.lowest)) / extent);
  };
  out.line_slope = normalised(line.slope, linear, units);
  out.line_offset = offset(line.offset);
  out.parabola_curvature = normalised(parabola.curvature, bend, units * units);
  out.parabola_slope = normalised(parabola.slope, linear, units);
  out.parabola_offset = offset(parabola.offset);
  return out;
}

}  // namespace ser
