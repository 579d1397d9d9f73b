#include <ser/features/acoustic/contour_segments.h>

#include <cmath>

namespace ser {

std::vector<std::size_t> segment_lengths(std::span<const float> contour, bool zeros) {
  constexpr std::size_t shortest = 3, longest_gap = 2, most_segments = 1000;
  enum class State { outside, candidate, inside };
  State state = State::outside;
  std::size_t hits = 0, misses = 0, start = 0;
  std::vector<std::size_t> lengths;
  for (std::size_t i = 0; i < contour.size() && lengths.size() < most_segments; ++i) {
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
  if (state == State::inside && lengths.size() < most_segments)
    lengths.push_back(contour.size() - (misses + 1) - start);
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
  out.mean_seconds = static_cast<float>(mean * frame_seconds);
  out.deviation_seconds = static_cast<float>(std::sqrt(squares / count) * frame_seconds);
  return out;
}

}  // namespace ser
