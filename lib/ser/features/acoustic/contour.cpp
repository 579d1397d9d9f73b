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

// Sums in single precision and in this order are the reference's: equal neighbours stay equal.
std::vector<float> smooth_three_frames(std::span<const float> contour, std::optional<float> after_last) {
  return with_neighbours(contour, after_last,
                         [](float before, float here, float after) { return (here + before + after) / 3; });
}

std::vector<float> smooth_three_nonzero_frames(std::span<const float> contour, std::optional<float> after_last) {
  return with_neighbours(contour, after_last, [](float before, float here, float after) {
    if (here == 0) return 0.f;
    return (here + before + after) / static_cast<float>(1 + (before != 0) + (after != 0));
  });
}

namespace {

/// x[t + offset], the first and last value repeated.
float repeated(std::span<const float> x, std::size_t t, std::ptrdiff_t offset) {
  const auto last = static_cast<std::ptrdiff_t>(x.size()) - 1;
  return x[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(t) + offset, 0, last))];
}

}  // namespace

std::vector<float> delta_contour(std::span<const float> x) {
  std::vector<float> out(x.size());
  for (std::size_t t = 0; t < x.size(); ++t)
    out[t] = (repeated(x, t, 1) - repeated(x, t, -1) + 2 * (repeated(x, t, 2) - repeated(x, t, -2))) / 10;
  return out;
}

std::vector<std::vector<float>> nonzero_delta_contours(std::span<const std::vector<float>> contours,
                                                       std::size_t known) {
  std::vector<std::vector<float>> out;
  for (const std::vector<float>& x : contours) out.emplace_back(x.size());
  float divisor = 10;
  for (std::size_t t = 0; !out.empty() && t < out[0].size(); ++t)
    for (std::size_t c = 0; c < out.size(); ++c) {
      std::span<const float> x = contours[c];
      if (t < known + 2) x = x.first(std::min(x.size(), known));
      float sum = 0;
      for (const std::ptrdiff_t i : {1, 2}) {
        const float before = repeated(x, t, -i), after = repeated(x, t, i);
        if (before == 0 || after == 0) continue;
        sum += static_cast<float>(i) * (after - before);
        divisor += static_cast<float>(i * i);
      }
      out[c][t] = sum / divisor;
    }
  return out;
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
