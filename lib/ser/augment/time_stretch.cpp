#include <ser/audio/resample.h>
#include <ser/augment/time_stretch.h>
#include <ser/base/error.h>
#include <ser/features/window.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace ser {
namespace {

constexpr double window_seconds = 0.025, tolerance_seconds = 0.010;

/// Sum of products; the partial sums let the compiler use vector registers.
float dot(const float* a, const float* b, std::size_t n) {
  constexpr std::size_t lanes = 16;
  std::array<float, lanes> sums{};
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t k = 0; k < lanes; ++k) sums[k] += a[i + k] * b[i + k];
  float sum = 0;
  for (; i < n; ++i) sum += a[i] * b[i];
  for (const float partial : sums) sum += partial;
  return sum;
}

/// The input with silence before and behind it, so that no window leaves it.
struct PaddedInput {
  std::vector<float> samples;
  std::size_t hop, tolerance, front;  ///< sample 0 of the input is samples[front]

  PaddedInput(std::span<const float> input, int rate_hz)
      : hop(std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(window_seconds / 2 * rate_hz)))),
        tolerance(static_cast<std::size_t>(std::lround(tolerance_seconds * rate_hz))),
        front(hop + tolerance) {
    samples.resize(input.size() + 2 * front + 4 * hop + tolerance);
    std::copy(input.begin(), input.end(), samples.begin() + static_cast<std::ptrdiff_t>(front));
  }
  /// The window of 2 hop samples around `centre`, counted in the padded input.
  const float* window(std::size_t centre) const { return samples.data() + centre - hop; }

  /// The centre within the tolerance of `due` whose window resembles the one around `wanted` best; `due` itself where
  /// none is better (silence).
  std::size_t best_centre(std::size_t due, std::size_t wanted) const {
    const std::size_t n = 2 * hop;
    const float* target = window(wanted);
    std::size_t best = due;
    double highest = similarity(window(due), target, energy(due), n);
    double moving_energy = energy(due - tolerance);
    for (std::size_t centre = due - tolerance; centre <= due + tolerance; ++centre) {
      const float* x = window(centre);
      if (const double value = similarity(x, target, moving_energy, n); value > highest) highest = value, best = centre;
      moving_energy += square(x[n]) - square(x[0]);
    }
    return best;
  }

 private:
  static double square(float x) { return static_cast<double>(x) * static_cast<double>(x); }
  double energy(std::size_t centre) const {
    double sum = 0;
    for (const float *x = window(centre), *end = x + 2 * hop; x != end; ++x) sum += square(*x);
    return sum;
  }
  static double similarity(const float* x, const float* target, double energy, std::size_t n) {
    return energy > 0 ? static_cast<double>(dot(x, target, n)) / std::sqrt(energy) : 0;
  }
};

}  // namespace

std::vector<float> time_stretch(std::span<const float> samples, int rate_hz, double factor) {
  if (!(factor >= 0.25 && factor <= 4)) throw_error<UsageError>("cannot stretch by {}, only by 0.25 to 4", factor);
  std::vector<float> out(static_cast<std::size_t>(std::llround(static_cast<double>(samples.size()) * factor)));
  const PaddedInput input(samples, rate_hz);
  const std::size_t hop = input.hop;
  const std::vector<float> hann = make_window("hann", 2 * hop);
  const std::size_t last = input.front + samples.size() + hop;
  std::size_t centre = input.front;
  for (std::size_t middle = 0; middle < out.size() + hop; middle += hop) {
    if (middle > 0) {
      const auto due = input.front + static_cast<std::size_t>(std::llround(static_cast<double>(middle) / factor));
      centre = input.best_centre(std::min(due, last), std::min(centre + hop, last));
    }
    const float* window = input.window(centre);
    for (std::size_t i = middle >= hop ? 0 : hop; i < 2 * hop && middle + i - hop < out.size(); ++i)
      out[middle + i - hop] += hann[i] * window[i];
  }
  return out;
}

std::vector<float> pitch_shift(std::span<const float> samples, int rate_hz, double semitones) {
  if (!(std::abs(semitones) <= 24)) throw_error<UsageError>("cannot shift the pitch by {} semitones", semitones);
  const double factor = std::exp2(semitones / 12);
  std::vector<float> shifted = resample_by(time_stretch(samples, rate_hz, factor), 1 / factor);
  shifted.resize(samples.size());
  return shifted;
}

}  // namespace ser
