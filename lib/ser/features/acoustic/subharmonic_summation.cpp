#include <ser/features/acoustic/multiversion.h>
#include <ser/features/acoustic/subharmonic_summation.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

SER_MULTIVERSION void add_scaled(std::size_t n, double weight, const float* __restrict in, double* __restrict sum) {
  for (std::size_t j = 0; j < n; ++j) sum[j] += weight * static_cast<double>(in[j]);
}

void swap_slots(PitchCandidates& c, std::size_t i, std::size_t j) {
  std::swap(c.frequency_hz[i], c.frequency_hz[j]);
  std::swap(c.voicing[i], c.voicing[j]);
  std::swap(c.score[i], c.score[j]);
}

}  // namespace

SubharmonicSummation::SubharmonicSummation(const SubharmonicSummationOptions& options, const Log2Spectrum& axis)
    : options_(options), first_(axis.first()), step_(axis.step()), sum_(axis.size()) {
  for (int h = 1; h <= options.harmonics; ++h) {
    shift_.push_back(static_cast<std::size_t>(std::floor(axis.points_per_octave() * std::log2(h))));
    weight_.push_back(std::pow(options.compression, h - 1));
  }
}

PitchCandidates SubharmonicSummation::candidates(std::span<const float> spectrum) {
  const std::size_t n = sum_.size();
  std::fill(sum_.begin(), sum_.end(), 0.0);
  for (std::size_t h = 0; h < shift_.size() && shift_[h] < n; ++h)
    add_scaled(n - shift_[h], weight_[h], spectrum.data() + shift_[h], sum_.data());
  double mean = 0;
  for (double& value : sum_) {
    value = std::max(0.0, value / options_.harmonics);
    mean += value;
  }
  mean /= static_cast<double>(n);

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
    const double left = sum_[j - 1], centre = sum_[j], right = sum_[j + 1], bend = left - 2 * centre + right;
    const double at = first_ + (static_cast<double>(j) + (left - right) / (2 * bend)) * step_;
    const double score = centre - (left - right) * (left - right) / (8 * bend);
    const double frequency = std::exp2(at);
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
