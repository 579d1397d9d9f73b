#include <ser/features/acoustic/multiversion.h>
#include <ser/features/acoustic/period_matching.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

SER_MULTIVERSION double inner_product(std::size_t n, const double* __restrict a, const double* __restrict b) {
  double lanes[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  const std::size_t whole = n / 8 * 8;
  for (std::size_t i = 0; i < whole; i += 8)
    for (std::size_t j = 0; j < 8; ++j) lanes[j] += a[i + j] * b[i + j];
  double sum = ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
  for (std::size_t i = whole; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

float range_of(const double* first, const double* last) {
  if (first >= last) return 0;
  const auto [low, high] = std::minmax_element(first, last);
  return static_cast<float>(*high - *low);
}

}  // namespace

/// Sums over the periods of one frame, in single precision like the reference.
struct PeriodMatching::Measured {
  int periods = 0, differences = 0, second_differences = 0;
  float period_sum = 0, difference_sum = 0, second_difference_sum = 0;
  float amplitude_sum = 0, amplitude_difference_sum = 0;
};

PeriodMatching::PeriodMatching(const PeriodMatchingOptions& options, int rate_hz, std::size_t frame_length,
                               std::size_t frame_shift)
    : options_(options),
      seconds_per_sample_(1.0 / rate_hz),
      rate_hz_(rate_hz),
      frame_length_(static_cast<std::ptrdiff_t>(frame_length)),
      frame_shift_(static_cast<std::ptrdiff_t>(frame_shift)),
      hop_(static_cast<std::ptrdiff_t>(std::ceil(0.01 / seconds_per_sample_))) {}

void PeriodMatching::reset() {
  next_sample_ = backlog_ = 0;
  last_ = {};
}

PeriodMatching::Match PeriodMatching::match(std::size_t start, std::size_t shortest, std::size_t longest) {
  const double* w = segment_.data() + start;
  sum_.resize(2 * longest + 1);
  square_sum_.resize(2 * longest + 1);
  sum_[0] = square_sum_[0] = 0;
  for (std::size_t i = 0; i < 2 * longest; ++i) {
    sum_[i + 1] = sum_[i] + w[i];
    square_sum_[i + 1] = square_sum_[i] + w[i] * w[i];
  }
  correlation_.resize(longest - shortest + 1);
  for (std::size_t lag = shortest; lag <= longest; ++lag) {
    const double n = static_cast<double>(lag);
    const double first = sum_[lag], second = sum_[2 * lag] - sum_[lag];
    const double first_power = square_sum_[lag] - first * first / n;
    const double second_power = square_sum_[2 * lag] - square_sum_[lag] - second * second / n;
    const double power = first_power * second_power;
    correlation_[lag - shortest] =
        first_power > 0 && power > 0 ? (inner_product(lag, w, w + lag) - first * second / n) / std::sqrt(power) : 0;
  }
  std::size_t best = 0;
  for (std::size_t i = 1; i + 2 < correlation_.size(); ++i)
    if (correlation_[i] > correlation_[i - 1] && correlation_[i] > correlation_[i + 1] &&
        (best == 0 || correlation_[i] > correlation_[best]))
      best = i;
  if (best == 0) return {};
  const double left = correlation_[best - 1], centre = correlation_[best], right = correlation_[best + 1];
  const double bend = left - 2 * centre + right;
  return {shortest + best, static_cast<double>(shortest + best) + (left - right) / (2 * bend),
          centre - (left - right) * (left - right) / (8 * bend)};
}

void PeriodMatching::step(std::size_t start, const Match& match, Measured& m) {
  if (match.correlation <= options_.lowest_correlation) return;
  const double* piece = segment_.data() + start;
  const float before = range_of(piece + 1, piece + match.lag - 1);
  const float after = range_of(piece + match.lag + 1, piece + 2 * match.lag - 1);
  const float period = static_cast<float>(match.exact_lag * seconds_per_sample_);
  ++m.periods;
  m.period_sum += period;
  m.amplitude_sum += (before + after) / 2;
  m.amplitude_difference_sum += std::abs(before - after);
  if (last_.period > 0) {
    const float difference = std::abs(last_.period - period);
    m.difference_sum += difference;
    ++m.differences;
    if (last_.difference > 0) {
      m.second_difference_sum += std::abs(last_.difference - difference);
      ++m.second_differences;
    }
    last_.difference = difference;
  }
  last_.period = period;
}

PeriodPerturbation PeriodMatching::perturbation(const Measured& m) {
  PeriodPerturbation out;
  if (m.periods > 0) {
    const float mean_period = m.period_sum / static_cast<float>(m.periods);
    const auto relative = [&](float sum, int count) {
      return std::min(1.f, sum / static_cast<float>(count) / mean_period);
    };
    if (m.differences > 0) out.jitter_local = last_.jitter = relative(m.difference_sum, m.differences);
    if (m.second_differences > 0)
      out.jitter_ddp = last_.jitter_ddp = relative(m.second_difference_sum, m.second_differences);
    last_.shimmer = m.amplitude_sum == 0 ? 0.f : std::min(1.f, m.amplitude_difference_sum / m.amplitude_sum);
  } else {
    out.jitter_local = last_.jitter;
    out.jitter_ddp = last_.jitter_ddp;
  }
  out.shimmer_local = last_.shimmer;
  out.shimmer_local_db = static_cast<float>(20 * std::log10(1 + static_cast<double>(last_.shimmer)));
  return out;
}

PeriodPerturbation PeriodMatching::frame(std::span<const float> samples, std::size_t t, float pitch_hz) {
  const std::ptrdiff_t due = hop_ + backlog_, place = static_cast<std::ptrdiff_t>(t) * frame_shift_;
  if (place - backlog_ != next_sample_) next_sample_ = place;
  if (pitch_hz <= 0) {
    next_sample_ += due;
    backlog_ = 0;
    last_ = {};
    return {};
  }
  const double period = rate_hz_ / static_cast<double>(pitch_hz);
  const auto whole_period = static_cast<std::size_t>(std::lround(period));
  const auto shortest = static_cast<std::size_t>((1 - options_.search_range) * period);
  const auto longest = static_cast<std::size_t>(std::ceil((1 + options_.search_range) * period));
  const auto stretch = 2 * static_cast<std::ptrdiff_t>(longest) + 2;
  std::ptrdiff_t wanted = std::min(std::max(due, stretch), backlog_ + frame_length_);
  if (next_sample_ == place) wanted = std::min(wanted, frame_length_);
  wanted = std::min(wanted, static_cast<std::ptrdiff_t>(samples.size()) - next_sample_);
  segment_.assign(samples.begin() + next_sample_, samples.begin() + next_sample_ + wanted);

  Measured measured;
  std::ptrdiff_t advance = 0, start = 0;
  std::size_t last_step = 0;
  if (options_.with_hnr) hnr_.start(segment_, whole_period);
  while (start < wanted - stretch + 1) {
    const Match found = match(static_cast<std::size_t>(start), shortest, longest);
    if (found.lag > 0) {
      step(static_cast<std::size_t>(start), found, measured);
      if (options_.with_hnr) hnr_.add_period(static_cast<std::size_t>(start));
    }
    last_step = found.lag > 0 ? found.lag : whole_period;
    start += static_cast<std::ptrdiff_t>(last_step);
    if (start < due - 1) advance = start;
  }
  backlog_ = due - advance;
  next_sample_ += advance;
  PeriodPerturbation out = perturbation(measured);
  if (options_.with_hnr) out.log_hnr_db = hnr_.finish(static_cast<std::size_t>(start), last_step);
  return out;
}

}  // namespace ser
