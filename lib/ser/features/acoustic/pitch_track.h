// From 60 ms frames to a pitch contour: spectrum, candidates, smooth path, energy gate.
#pragma once

#include <ser/features/acoustic/analysis_frames.h>
#include <ser/features/acoustic/frame_spectrum.h>
#include <ser/features/acoustic/viterbi_pitch.h>

#include <vector>

namespace ser {

struct PitchTrackOptions {
  SubharmonicSummationOptions candidates;
  std::size_t look_ahead = 40;  ///< frames that may wait for a decision
};

/// Takes the pitch frames of a signal in order and decides on each, some frames later. Holds working memory: one object
/// per thread.
class PitchTrack {
 public:
  PitchTrack(const PitchTrackOptions& options, const AnalysisFrames& frames);
  std::size_t bins() const { return spectrum_.bins(); }
  std::size_t fft_length() const { return spectrum_.fft_length(); }
  /// Most frames that wait at a time: so many past spectra a caller may need.
  std::size_t most_waiting() const { return options_.look_ahead + 2; }

  /// Starts a signal.
  void reset();
  /// frame: the next one, [pitch_length]; magnitude: its spectrum [bins()], filled.
  void push(std::span<const float> frame, std::span<float> magnitude);
  /// Decides on all waiting frames.
  void finish() { path_.finish(); }

  /// Frames decided so far.
  std::size_t decided() const { return path_.decisions().size(); }
  /// Pitch (0: unvoiced) and voicing of a decided frame, both 0 where the windowed frame's root mean square is not
  /// above 0.001.
  PitchDecision decision(std::size_t t) const;

 private:
  PitchTrackOptions options_;
  FrameSpectrum spectrum_;
  Log2Spectrum log2_spectrum_;
  SubharmonicSummation summation_;
  ViterbiPitch path_;
  std::vector<float> log2_magnitude_;
  std::vector<float> energy_;  ///< root mean square of each windowed frame
};

}  // namespace ser
