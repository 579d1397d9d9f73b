#include <ser/features/acoustic/contour_statistics.h>

#include <algorithm>
#include <cmath>

namespace ser {

ContourRange::ContourRange(std::span<const float> x) {
  if (x.empty()) return;
  const auto low = std::min_element(x.begin(), x.end()), high = std::max_element(x.begin(), x.end());
  lowest = *low;
  highest = *high;
  range = highest - lowest;
  lowest_at = static_cast<std::size_t>(low - x.begin());
  highest_at = static_cast<std::size_t>(high - x.begin());
}

ContourMeans contour_means(std::span<const float> contour) {
  if (contour.empty()) return {};
  double sum = 0, magnitudes = 0, positives = 0, squares = 0, logarithms = 0;
  std::size_t positive_count = 0, nonzero_count = 0;
  for (const float value : contour) {
    const double x = static_cast<double>(value), magnitude = std::abs(x);
    sum += x;
    magnitudes += magnitude;
    squares += x * x;
    if (x > 0) positives += x, ++positive_count;
    if (x != 0) logarithms += std::log(magnitude), ++nonzero_count;
  }
  const double n = static_cast<double>(contour.size());
  ContourMeans out;
  out.mean = static_cast<float>(sum / n);
  out.root_mean_square = static_cast<float>(std::sqrt(squares / n));
  if (positive_count > 0) out.positive_mean = static_cast<float>(positives / static_cast<double>(positive_count));
  out.flatness = nonzero_count == 0
                     ? 1.f
                     : static_cast<float>(std::exp(logarithms / static_cast<double>(nonzero_count)) / (magnitudes / n));
  return out;
}

ContourMoments contour_moments(std::span<const float> contour) {
  if (contour.empty()) return {};
  const double n = static_cast<double>(contour.size());
  double sum = 0, second = 0, third = 0, fourth = 0;
  for (const float x : contour) sum += static_cast<double>(x);
  const double mean = sum / n;
  for (const float x : contour) {
    const double d = static_cast<double>(x) - mean, square = d * d;
    second += square;
    third += square * d;
    fourth += square * square;
  }
  const double variance = second / n;
  ContourMoments out;
  if (variance <= 0) return out;
  out.deviation = static_cast<float>(std::sqrt(variance));
  out.skewness = static_cast<float>(third / (n * variance * std::sqrt(variance)));
  out.kurtosis = static_cast<float>(fourth / (n * variance * variance));
  return out;
}

float share_above(std::span<const float> contour, const ContourRange& range, float level) {
  if (contour.empty()) return 0;
  const float threshold = range.lowest + level * range.range;
  const auto count = std::count_if(contour.begin(), contour.end(), [&](float x) { return x > threshold; });
  return static_cast<float>(count) / static_cast<float>(contour.size());
}

ContourDirections contour_directions(std::span<const float> x) {
  std::size_t rising = 0, left_curved = 0;
  for (std::size_t i = 1; i < x.size(); ++i) {
    rising += x[i] > x[i - 1];
    left_curved += i + 1 < x.size() && x[i + 1] - x[i] > x[i] - x[i - 1];
  }
  const auto share = [&](std::size_t count, std::size_t lost) {
    return x.size() > lost ? static_cast<float>(count) / static_cast<float>(x.size() - lost) : 0.f;
  };
  return {share(rising, 1), share(left_curved, 2)};
}

float soft_limit(float x, float linear, float headroom) {
  if (std::abs(x) <= linear) return x;
  // The root in double, the hyperbolic tangent in single precision: as the reference does.
  const double excess = static_cast<double>(std::abs(x)) - static_cast<double>(linear);
  const auto z = static_cast<float>((std::sqrt(excess + 1) - 1) / (static_cast<double>(headroom) / 2));
  const float bent = linear + headroom * (2 / (1 + std::exp(-2 * z)) - 1);
  return x > 0 ? bent : -bent;
}

}  // namespace ser
