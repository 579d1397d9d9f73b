#include <ser/features/acoustic/multiversion.h>
#include <ser/features/acoustic/subharmonic_summation.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ser {
namespace {

SER_MULTIVERSION void add_scaled(std::size_t n, float weight, const float* __restrict in, float* __restrict sum) {
  for (std::size_t j = 0; j < n; ++j) sum[j] += weight * in[j];
}

/// Divides the sums, without negative ones; returns their mean.
SER_MULTIVERSION double finish_sums(std::size_t n, float divisor, float* sum) {
  double lanes[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  const std::size_t whole = n / 8 * 8;
  for (std::size_t j = 0; j < n; ++j) sum[j] = sum[j] > 0 ? sum[j] / divisor : 0.f;
  for (std::size_t i = 0; i < whole; i += 8)
    for (std::size_t j = 0; j < 8; ++j) lanes[j] += static_cast<double>(sum[i + j]);
  double total = ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
  for (std::size_t i = whole; i < n; ++i) total += static_cast<double>(sum[i]);
  return total / static_cast<double>(n);
}

/// Of the parabola through three points; x relative to the one in the middle.
std::pair<double, double> parabola_vertex(double left_x, double left_y, double y, double right_x, double right_y) {
  const double left_slope = (left_y - y) / left_x, right_slope = (right_y - y) / right_x;
  const double bend = (right_slope - left_slope) / (right_x - left_x), slope = left_slope - bend * left_x;
  return {-slope / (2 * bend), y - slope * slope / (4 * bend)};
}

void swap_slots(PitchCandidates& c, std::size_t i, std::size_t j) {
  std::swap(c.frequency_hz[i], c.frequency_hz[j]);
  std::swap(c.voicing[i], c.voicing[j]);
  std::swap(c.score[i], c.score[j]);
}

}  // namespace

SubharmonicSummation::SubharmonicSummation(const SubharmonicSummationOptions& options, const Log2Spectrum& axis)
    : options_(options),
      first_(static_cast<float>(axis.first())),
      step_(static_cast<float>(axis.step())),
      sum_(axis.size()) {
  float weight = 1;
  for (int h = 1; h <= options.harmonics; ++h) {
    shift_.push_back(static_cast<std::size_t>(std::floor(axis.points_per_octave() * std::log2(h))));
    weight_.push_back(weight);
    weight *= static_cast<float>(options.compression);
  }
}

/// The abscissae are single precision, as in the reference program.
SubharmonicSummation::Vertex SubharmonicSummation::vertex_at(std::size_t j) const {
  const auto x = [&](std::size_t k) { return static_cast<double>(first_ + static_cast<float>(k) * step_); };
  const auto y = [&](std::size_t k) { return static_cast<double>(sum_[k]); };
  const auto [at, height] = parabola_vertex(x(j - 1) - x(j), y(j - 1), y(j), x(j + 1) - x(j), y(j + 1));
  return {x(j) + at, height};
}

PitchCandidates SubharmonicSummation::candidates(std::span<const float> spectrum) {
  const std::size_t n = sum_.size();
  std::fill(sum_.begin(), sum_.end(), 0.f);
  for (std::size_t h = 0; h < shift_.size() && shift_[h] < n; ++h)
    add_scaled(n - shift_[h], weight_[h], spectrum.data() + shift_[h], sum_.data());
  const double mean = finish_sums(n, static_cast<float>(options_.harmonics), sum_.data());

  std::array<std::size_t, pitch_candidate_slots> best;
  std::size_t found = 0;
  for (std::size_t j = 1; j + 1 < n; ++j) {
    if (!(sum_[j - 1] < sum_[j] && sum_[j] > sum_[j + 1])) continue;
    std::size_t slot = found;
    while (slot > 0 && sum_[best[slot - 1]] < sum_[j]) --slot;
    if (slot == best.size()) continue;
    if (found < best.size()) ++found;
    for (std::size_t i = found - 1; i > slot; --i) best[i] = best[i - 1];
    best[slot] = j;
  }

  PitchCandidates out;
  std::size_t highest = 0;
  for (std::size_t i = 0; i < found; ++i) {
    const std::size_t j = best[i];
    const Vertex vertex = vertex_at(j);
    const double score = vertex.y, frequency = std::exp2(vertex.x);
    if (frequency > options_.highest_hz || frequency < options_.lowest_hz) continue;
    out.frequency_hz[out.count] = static_cast<float>(frequency);
    out.score[out.count] = static_cast<float>(score);
    out.voicing[out.count] = score > 0 && score > mean ? static_cast<float>(1 - mean / score) : 0.f;
    if (out.score[out.count] > out.score[highest]) highest = out.count;
    ++out.count;
  }
  if (highest > 0) swap_slots(out, 0, highest);
  return out;
}

}  // namespace ser
