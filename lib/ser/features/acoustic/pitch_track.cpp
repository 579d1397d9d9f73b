#include <ser/features/acoustic/pitch_track.h>

#include <cmath>

namespace ser {
namespace {

constexpr float voiced_energy = 0.001f;

/// The reference takes the frame's duration in single precision here.
double log2_bin_hz(const FrameSpectrum& spectrum) {
  const auto duration = static_cast<float>(AnalysisFrames::pitch_seconds * static_cast<double>(spectrum.fft_length()) /
                                           static_cast<double>(spectrum.length()));
  return 1 / static_cast<double>(duration);
}

}  // namespace

PitchTrack::PitchTrack(const PitchTrackOptions& options, const AnalysisFrames& frames)
    : options_(options),
      spectrum_("gauss", frames.pitch_length),
      log2_spectrum_(spectrum_.bins(), log2_bin_hz(spectrum_)),
      summation_(options.candidates, log2_spectrum_),
      path_(options.look_ahead),
      log2_magnitude_(log2_spectrum_.size()) {}

void PitchTrack::reset() {
  path_.reset();
  energy_.clear();
}

void PitchTrack::push(std::span<const float> frame, std::span<float> magnitude) {
  spectrum_.transform(frame, magnitude);
  energy_.push_back(static_cast<float>(std::sqrt(mean_square(spectrum_.windowed(), spectrum_.length()))));
  log2_spectrum_.transform(magnitude, log2_magnitude_);
  path_.push(summation_.candidates(log2_magnitude_));
}

PitchDecision PitchTrack::decision(std::size_t t) const {
  return energy_[t] > voiced_energy ? path_.decisions()[t] : PitchDecision{};
}

}  // namespace ser
