#include <ser/features/acoustic/contour_peaks.h>
#include <ser/features/acoustic/contour_statistics.h>

#include <algorithm>
#include <cmath>
#include <numeric>

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

namespace {

struct Heights {
  float lowest = 0, highest = 0;
  double sum = 0;
  std::size_t count = 0;

  void add(float y) {
    lowest = count ? std::min(lowest, y) : y;
    highest = count ? std::max(highest, y) : y;
    sum += static_cast<double>(y);
    ++count;
  }
  float range() const { return highest - lowest; }
  float mean() const { return count ? static_cast<float>(sum / static_cast<double>(count)) : 0.f; }
};

float relative_to(float range, float contour_range) {
  return contour_range == 0 ? range : std::min(1.f, range / contour_range);
}

/// Mean distance of maxima, and its deviation, in frames.
void peak_distances(std::span<const ContourExtremum> extrema, PeakStatistics& out) {
  std::vector<double> to_maximum, to_minimum;
  const ContourExtremum* maximum = nullptr;
  const ContourExtremum* minimum = nullptr;
  for (const ContourExtremum& e : extrema) {
    if (e.maximum && maximum && minimum) {
      to_maximum.push_back(static_cast<double>(e.position - maximum->position));
      to_minimum.push_back(static_cast<double>(e.position - minimum->position));
    }
    (e.maximum ? maximum : minimum) = &e;
  }
  if (to_maximum.empty()) return;
  const double count = static_cast<double>(to_maximum.size());
  const double mean = std::accumulate(to_maximum.begin(), to_maximum.end(), 0.0) / count;
  double squares = 0;
  for (const double distance : to_minimum) squares += (distance - mean) * (distance - mean);
  out.mean_distance = static_cast<float>(mean);
  out.distance_deviation = static_cast<float>(std::sqrt(squares / count));
}

}  // namespace

PeakStatistics peak_statistics(std::span<const ContourExtremum> extrema, float contour_range, float contour_mean,
                               double frame_seconds) {
  Heights maxima, minima;
  for (const ContourExtremum& e : extrema) (e.maximum ? maxima : minima).add(e.value);
  PeakStatistics out;
  peak_distances(extrema, out);
  out.mean_distance = static_cast<float>(static_cast<double>(out.mean_distance) * frame_seconds);
  out.distance_deviation = static_cast<float>(static_cast<double>(out.distance_deviation) * frame_seconds);
  out.range = maxima.range();
  out.relative_range = relative_to(out.range, contour_range);
  out.mean = maxima.mean();
  out.mean_above_mean = out.mean - contour_mean;
  out.relative_mean = contour_mean == 0 ? 20.f : soft_limit(out.mean / contour_mean, 10, 10);
  out.relative_range_of_minima = relative_to(minima.range(), contour_range);
  return out;
}

}  // namespace ser
