#include <ser/features/acoustic/contour.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace ser {
namespace {

template <class Combine>
std::vector<float> with_neighbours(std::span<const float> x, std::optional<float> after_last, Combine combine) {
  std::vector<float> out(x.size());
  for (std::size_t t = 0; t < x.size(); ++t) {
    const float before = t > 0 ? x[t - 1] : x[0];
    const float after = t + 1 < x.size() ? x[t + 1] : after_last.value_or(x[t]);
    out[t] = combine(before, x[t], after);
  }
  return out;
}

}  // namespace

std::vector<float> smooth_three_frames(std::span<const float> contour, std::optional<float> after_last) {
  return with_neighbours(contour, after_last, [](float before, float here, float after) {
    return static_cast<float>((static_cast<double>(here) + static_cast<double>(before) + static_cast<double>(after)) /
                              3);
  });
}

std::vector<float> smooth_three_nonzero_frames(std::span<const float> contour, std::optional<float> after_last) {
  return with_neighbours(contour, after_last, [](float before, float here, float after) {
    if (here == 0) return 0.f;
    const double sum = static_cast<double>(here) + static_cast<double>(before) + static_cast<double>(after);
    return static_cast<float>(sum / (1 + (before != 0) + (after != 0)));
  });
}

std::vector<float> nonzero_values(std::span<const float> contour) {
  std::vector<float> values;
  values.reserve(contour.size());
  std::copy_if(contour.begin(), contour.end(), std::back_inserter(values), [](float x) { return x != 0; });
  return values;
}

MeanAndDeviation mean_and_normalised_deviation(std::span<const float> contour) {
  if (contour.empty()) return {};
  const double n = static_cast<double>(contour.size());
  double sum = 0, squares = 0;
  for (const float x : contour) sum += static_cast<double>(x);
  const float mean = static_cast<float>(sum / n);
  for (const float x : contour) {
    const double distance = static_cast<double>(x) - static_cast<double>(mean);
    squares += distance * distance;
  }
  const double deviation = std::sqrt(squares / n);
  return {mean, static_cast<float>(mean == 0 ? deviation : deviation / static_cast<double>(mean))};
}

std::vector<float> percentiles(std::span<const float> contour, std::span<const double> percents) {
  std::vector<float> out(percents.size());
  if (contour.empty()) return out;
  std::vector<float> sorted(contour.begin(), contour.end());
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < percents.size(); ++i) {
    const double at = percents[i] / 100 * static_cast<double>(sorted.size() - 1), low = std::floor(at);
    const double below = static_cast<double>(sorted[static_cast<std::size_t>(low)]);
    const double above = static_cast<double>(sorted[static_cast<std::size_t>(std::ceil(at))]);
    out[i] = static_cast<float>(below + (at - low) * (above - below));
  }
  return out;
}

}  // namespace ser
