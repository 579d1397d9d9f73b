// A smooth pitch contour through the candidates of all frames, decided while frames still arrive.
#pragma once

#include <ser/features/acoustic/subharmonic_summation.h>

#include <vector>

namespace ser {

struct PitchDecision {
  float frequency_hz = 0;  ///< 0: unvoiced
  float voicing = 0;       ///< of the chosen candidate; of the first one in unvoiced frames
};

/// Viterbi search over six candidate slots and one unvoiced state, with openSMILE's costs (its weights for eGeMAPS and
/// ComParE, and its order of evaluation, on which the numbers depend). A frame is decided when all surviving paths
/// agree on it, or when more than `look_ahead` frames wait.
class ViterbiPitch {
 public:
  explicit ViterbiPitch(std::size_t look_ahead);
  void reset();
  /// Takes the next frame; appends newly decided frames to decisions().
  void push(const PitchCandidates& frame);
  /// Decides all waiting frames along the cheapest path.
  void finish();
  /// One per decided frame.
  const std::vector<PitchDecision>& decisions() const { return decisions_; }

 private:
  static constexpr std::size_t states = pitch_candidate_slots + 1, unvoiced = pitch_candidate_slots;
  struct Frame {
    PitchCandidates candidates;
    std::array<unsigned char, states> previous{};
  };
  using States = std::array<std::size_t, states>;

  Frame& frame(std::size_t t) { return waiting_[t % waiting_.size()]; }
  void extend_paths(std::size_t t);
  double transition(float from_hz, float to_hz, bool from_voiced, bool to_voiced);
  std::size_t cheapest_state() const;
  void decide_agreed();
  void decide(std::size_t t, std::size_t state);

  std::size_t look_ahead_;
  std::vector<Frame> waiting_;  ///< ring
  std::vector<std::size_t> path_;
  std::array<double, states> cost_{};
  std::size_t frames_ = 0;
  double last_ratio_ = 1;
  std::vector<PitchDecision> decisions_;
};

/// Semitones above 27.5 Hz: 0 when unvoiced, 1 at 29.136 Hz and below.
float semitones_from_27_5_hz(float frequency_hz);

}  // namespace ser
