#include <ser/features/acoustic/viterbi_pitch.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

constexpr float voicing_threshold = 0.7f;
constexpr double empty_slot_cost = 999, voicing_change_cost = 10, unvoiced_cost = 1;
constexpr double jump_weight = 10, jump_change_weight = 10;

double frequency_cost(double hz) {
  if (hz <= 0) return 2;
  if (hz < 100) return 1 - hz / 100;
  if (hz < 350) return 0;
  return hz < 600 ? (hz - 350) / 250 : 1.2;
}

double candidate_cost(float voicing, float hz) {
  const double likelihood = -std::log(std::clamp(static_cast<double>(voicing), 0.01, 1.0));
  return 2 * (likelihood + (voicing < voicing_threshold ? 4 : 0)) + frequency_cost(static_cast<double>(hz));
}

}  // namespace

ViterbiPitch::ViterbiPitch(std::size_t look_ahead)
    : look_ahead_(look_ahead), waiting_(look_ahead + 2), path_(look_ahead + 2) {}

void ViterbiPitch::reset() {
  frames_ = 0;
  last_ratio_ = 1;
  decisions_.clear();
}

/// The change of the ratio is measured against the pair evaluated last, whichever it was: a property of the reference
/// program on which its contours depend.
double ViterbiPitch::transition(float from_hz, float to_hz, bool from_voiced, bool to_voiced) {
  if (from_voiced != to_voiced) {
    last_ratio_ = 0;
    return voicing_change_cost;
  }
  if (!to_voiced) return unvoiced_cost;
  if (from_hz == 0 || to_hz == 0) return empty_slot_cost;
  const double ratio = std::log(static_cast<double>(to_hz) / static_cast<double>(from_hz));
  const double cost = jump_weight * std::abs(ratio) + jump_change_weight * std::abs(ratio - last_ratio_);
  last_ratio_ = ratio;
  return cost;
}

void ViterbiPitch::extend_paths(std::size_t t) {
  Frame& current = frame(t);
  const PitchCandidates& to = current.candidates;
  std::array<double, states> local;
  bool any_voiced = false;
  for (std::size_t i = 0; i < unvoiced; ++i) {
    local[i] = candidate_cost(to.voicing[i], to.frequency_hz[i]);
    any_voiced |= to.voicing[i] >= voicing_threshold;
  }
  local[unvoiced] = any_voiced ? 8 : 0;
  if (t == 0) {
    cost_ = local;
    return;
  }
  const PitchCandidates& from = frame(t - 1).candidates;
  std::array<double, states> total;
  for (std::size_t i = 0; i < states; ++i) {
    double best = 0;
    for (std::size_t j = 0; j < states; ++j) {
      const bool from_voiced = j != unvoiced, to_voiced = i != unvoiced;
      const double cost = cost_[j] + transition(from_voiced ? from.frequency_hz[j] : 0.f,
                                                to_voiced ? to.frequency_hz[i] : 0.f, from_voiced, to_voiced);
      if (j == 0 || cost < best) {
        best = cost;
        current.previous[i] = static_cast<unsigned char>(j);
      }
    }
    total[i] = best + local[i];
  }
  cost_ = total;
}

std::size_t ViterbiPitch::cheapest_state() const {
  return static_cast<std::size_t>(std::min_element(cost_.begin(), cost_.end()) - cost_.begin());
}

void ViterbiPitch::decide(std::size_t t, std::size_t state) {
  const PitchCandidates& c = frame(t).candidates;
  decisions_.push_back(state == unvoiced ? PitchDecision{0, c.voicing[0]}
                                         : PitchDecision{c.frequency_hz[state], c.voicing[state]});
}

void ViterbiPitch::decide_agreed() {
  States at;
  for (std::size_t i = 0; i < states; ++i) at[i] = i;
  const std::size_t first = decisions_.size();
  std::size_t agreed_end = first;
  for (std::size_t t = frames_; t-- > first;) {
    const bool agree = std::all_of(at.begin(), at.end(), [&](std::size_t state) { return state == at[0]; });
    if (agree) {
      agreed_end = std::max(agreed_end, t + 1);
      path_[t % path_.size()] = at[0];
    }
    if (t > first)
      for (std::size_t& state : at) state = frame(t).previous[state];
  }
  for (std::size_t t = first; t < agreed_end; ++t) decide(t, path_[t % path_.size()]);
}

void ViterbiPitch::push(const PitchCandidates& candidates) {
  const std::size_t t = frames_;
  frame(t).candidates = candidates;
  extend_paths(t);
  ++frames_;
  const std::size_t decided = decisions_.size();
  if (t + 2 - decided > look_ahead_) {
    std::size_t state = cheapest_state();
    for (std::size_t at = t; at > decided; --at) state = frame(at).previous[state];
    decide(decided, state);
  } else {
    decide_agreed();
  }
}

void ViterbiPitch::finish() {
  const std::size_t first = decisions_.size();
  std::size_t state = cheapest_state();
  for (std::size_t t = frames_; t-- > first;) {
    path_[t % path_.size()] = state;
    if (t > first) state = frame(t).previous[state];
  }
  for (std::size_t t = first; t < frames_; ++t) decide(t, path_[t % path_.size()]);
}

float semitones_from_27_5_hz(float frequency_hz) {
  if (frequency_hz <= 0) return 0;
  return frequency_hz > 29.136f ? static_cast<float>(12 * std::log2(static_cast<double>(frequency_hz) / 27.5)) : 1.f;
}

}  // namespace ser
