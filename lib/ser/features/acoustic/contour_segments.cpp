#include <ser/features/acoustic/contour_segments.h>
#include <ser/features/acoustic/contour_statistics.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace ser {

std::vector<std::size_t> segment_lengths(std::span<const float> contour, bool zeros, std::size_t most) {
  constexpr std::size_t shortest = 3, longest_gap = 2;
  enum class State { outside, candidate, inside };
  State state = State::outside;
  std::size_t hits = 0, misses = 0, start = 0;
  std::vector<std::size_t> lengths;
  for (std::size_t i = 0; i < contour.size() && lengths.size() < most; ++i) {
    const bool hit = (contour[i] == 0) == zeros;
    if (hit) {
      if (state == State::outside) {
        state = State::candidate;
        ++hits;
        start = i;
      } else if (state == State::candidate) {
        misses = 0;
        if (++hits >= shortest) {
          state = State::inside;
          hits = 0;
        }
      } else {
        misses = 0;
      }
    } else if (state == State::inside) {
      hits = 0;
      if (++misses >= longest_gap) {
        lengths.push_back(i - misses - start);
        state = State::outside;
        misses = 0;
      }
    } else if (state == State::candidate && ++misses >= longest_gap) {
      state = State::outside;
      hits = misses = 0;
    }
  }
  if (state == State::inside && lengths.size() < most) lengths.push_back(contour.size() - (misses + 1) - start);
  return lengths;
}

std::vector<std::size_t> crossing_lengths(std::span<const float> x) {
  constexpr std::size_t window = 3, most = 100;
  std::vector<std::size_t> lengths;
  const ContourRange range(x);
  const std::array thresholds{range.lowest + 0.25f * range.range, range.lowest + 0.75f * range.range};
  const std::ptrdiff_t shortest = std::max<std::ptrdiff_t>(2, static_cast<std::ptrdiff_t>(x.size() / 100) - 1);
  std::ptrdiff_t last = -(shortest / 2);
  float sum = 0, before = 0;
  for (std::size_t i = 0; i < x.size() && lengths.size() < most; ++i) {
    sum += x[i];
    if (i >= window) sum -= x[i - window];
    const float mean = sum / static_cast<float>(std::min(i + 1, window));
    const bool crossed = std::any_of(thresholds.begin(), thresholds.end(),
                                     [&](float h) { return (mean > h && before <= h) || (mean < h && before >= h); });
    const std::ptrdiff_t length = static_cast<std::ptrdiff_t>(i) - last;
    if (crossed && length > shortest) {
      lengths.push_back(static_cast<std::size_t>(length));
      last = static_cast<std::ptrdiff_t>(i);
    }
    before = mean;
  }
  return lengths;
}

SegmentStatistics segment_statistics(std::span<const std::size_t> lengths, std::size_t frames, double frame_seconds) {
  SegmentStatistics out;
  if (lengths.empty() || frames == 0) return out;
  const double count = static_cast<double>(lengths.size());
  double sum = 0, squares = 0;
  for (const std::size_t length : lengths) sum += static_cast<double>(length);
  const double mean = sum / count;
  for (const std::size_t length : lengths) squares += std::pow(static_cast<double>(length) - mean, 2);
  out.per_second = static_cast<float>(count / (static_cast<double>(frames) * frame_seconds));
  const auto [shortest, longest] = std::minmax_element(lengths.begin(), lengths.end());
  out.mean_seconds = static_cast<float>(mean * frame_seconds);
  out.longest_seconds = static_cast<float>(static_cast<double>(*longest) * frame_seconds);
  out.shortest_seconds = static_cast<float>(static_cast<double>(*shortest) * frame_seconds);
  out.deviation_seconds = static_cast<float>(std::sqrt(squares / count) * frame_seconds);
  return out;
}

}  // namespace ser
