#include <ser/features/acoustic/contour_peaks.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace ser {
namespace {

using Extrema = std::vector<ContourExtremum>;

Extrema local_extrema(std::span<const float> x) {
  Extrema list;
  for (std::size_t i = 2; i + 2 < x.size(); ++i) {
    if (x[i] > x[i - 1] && x[i] > x[i + 1]) list.push_back({i, x[i], true});
    if (x[i] < x[i - 1] && x[i] < x[i + 1]) list.push_back({i, x[i], false});
  }
  return list;
}

/// Marks maxima that do not rise enough above the extremum before them.
std::vector<bool> weak_maxima(const Extrema& list, float start, float threshold) {
  std::vector<bool> deleted(list.size(), false);
  float previous = start, last_minimum = start, last_maximum = start;
  std::ptrdiff_t last_maximum_index = -1;
  bool minimum_since = false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const float y = list[i].value;
    const bool close = std::abs(y - previous) < threshold;
    const auto accept = [&] {
      last_maximum = y;
      last_maximum_index = static_cast<std::ptrdiff_t>(i);
    };
    if (list[i].maximum && close) {
      if (y - last_minimum < threshold) {
        deleted[i] = true;
      } else {
        if (y > 1.05f * last_maximum) {
          if (last_maximum_index >= 0) deleted[static_cast<std::size_t>(last_maximum_index)] = true;
          accept();
        } else if (minimum_since) {
          accept();
        } else {
          deleted[i] = true;
        }
        minimum_since = false;
      }
    } else if (list[i].maximum) {
      accept();
      minimum_since = false;
    } else if (!close) {
      last_minimum = y;
      minimum_since = true;
    }
    previous = y;
  }
  return deleted;
}

}  // namespace

Extrema contour_extrema(std::span<const float> x) {
  if (x.empty()) return {};
  const auto [low, high] = std::minmax_element(x.begin(), x.end());
  const float threshold = 0.1f * (*high - *low);
  const Extrema list = local_extrema(x);
  const std::vector<bool> deleted = weak_maxima(list, x[0], threshold);

  Extrema kept;
  float last_maximum = x[0];
  for (std::size_t i = 0; i < list.size(); ++i) {
    const ContourExtremum& e = list[i];
    if (deleted[i]) continue;
    if (e.maximum)
      last_maximum = e.value;
    else if (last_maximum - e.value < threshold)
      continue;
    if (kept.empty() || kept.back().maximum != e.maximum)
      kept.push_back(e);
    else if (e.maximum ? e.value > kept.back().value : e.value < kept.back().value)
      kept.back() = e;
  }
  return kept;
}

namespace {

struct SlopeSet {
  std::vector<float> listed;
  double sum = 0;
  std::size_t count = 0;

  void add(double slope) {
    listed.push_back(static_cast<float>(slope));
    add_end(slope);
  }
  void add_end(double slope) {
    sum += slope;
    ++count;
  }
  float mean() const { return count ? static_cast<float>(sum / static_cast<double>(count)) : 0.f; }
  /// The slope to the end of the contour counts in the divisor, not in the sum.
  float deviation() const {
    const double centre = static_cast<double>(mean());
    double squares = 0;
    for (const float slope : listed) squares += std::pow(static_cast<double>(slope) - centre, 2);
    return static_cast<float>(std::sqrt(count > 1 ? squares / static_cast<double>(count) : squares));
  }
};

}  // namespace

PeakSlopes peak_slopes(std::span<const float> x, std::span<const ContourExtremum> extrema, double frame_seconds) {
  PeakSlopes out;
  if (x.empty()) return out;
  if (extrema.empty()) {
    const float slope = (x.back() - x.front()) / static_cast<float>(x.size());
    (slope > 0 ? out.mean_rising : out.mean_falling) = slope;
    return out;
  }
  ContourExtremum maximum{0, x[0], true}, minimum{0, x[0], false};
  SlopeSet rising, falling;
  bool ended_rising = false, any = false;
  const auto slope = [&](const ContourExtremum& from, std::size_t position, float value) {
    return (static_cast<double>(value) - static_cast<double>(from.value)) /
           (static_cast<double>(position - from.position) * frame_seconds);
  };
  for (const ContourExtremum& e : extrema) {
    const ContourExtremum& from = e.maximum ? minimum : maximum;
    if (e.position > from.position) {
      if (e.maximum)
        rising.add(slope(from, e.position, e.value));
      else
        falling.add(-slope(from, e.position, e.value));
      ended_rising = e.maximum;
      any = true;
    }
    (e.maximum ? maximum : minimum) = e;
  }
  const std::size_t end = x.size() - 1;
  if (any && ended_rising && end > maximum.position) falling.add_end(slope(maximum, end, x[end]));
  if (any && !ended_rising && end > minimum.position) rising.add_end(slope(minimum, end, x[end]));
  return {rising.mean(), rising.deviation(), falling.mean(), falling.deviation()};
}

}  // namespace ser
