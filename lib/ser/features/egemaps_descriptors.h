// The 25 low-level descriptors of eGeMAPSv02, frame by frame, before smoothing. docs/egemaps.md has the formulas.
#pragma once

#include <ser/audio/waveform.h>
#include <ser/features/acoustic/analysis_frames.h>
#include <ser/features/acoustic/auditory_spectrum.h>
#include <ser/features/acoustic/harmonics.h>
#include <ser/features/acoustic/linear_prediction.h>
#include <ser/features/acoustic/period_matching.h>
#include <ser/features/acoustic/pitch_track.h>
#include <ser/features/acoustic/spectral_shape.h>

#include <array>
#include <cstddef>
#include <vector>

namespace ser {

/// In the order of the set's columns. Up to mfcc4 the descriptors come from 20 ms frames, from semitone on from 60 ms
/// frames.
namespace egemaps {
enum Descriptor : std::size_t {
  loudness,
  alpha_ratio,
  hammarberg_index,
  slope_0_500,
  slope_500_1500,
  spectral_flux,
  mfcc1,
  mfcc2,
  mfcc3,
  mfcc4,
  semitone,
  jitter,
  shimmer_db,
  hnr_db,
  h1_h2,
  h1_a3,
  f1_frequency,
  f1_bandwidth,
  f1_amplitude,
  f2_frequency,
  f2_bandwidth,
  f2_amplitude,
  f3_frequency,
  f3_bandwidth,
  f3_amplitude,
  descriptor_count
};
inline constexpr std::size_t short_frame_descriptors = semitone;
}  // namespace egemaps

struct EgemapsContours {
  std::array<std::vector<float>, egemaps::descriptor_count> values;
  std::vector<float> mean_square;  ///< of the 20 ms frames
  std::size_t pitch_frames = 0;    ///< 60 ms frames
  std::size_t short_frames = 0;    ///< 20 ms frames
  /// Pitch frames decided before the end of the signal was known: openSMILE's functionals see only these.
  std::size_t decided_frames = 0;
};

/// Computes them for signals of one rate; shared parts (spectra, pitch, bands) once per frame. Holds working memory:
/// one object per thread.
class EgemapsDescriptors {
 public:
  /// Throws DataError for a rate outside 8 to 96 kHz.
  explicit EgemapsDescriptors(int rate_hz);
  /// Throws DataError when the signal is shorter than one 60 ms frame.
  EgemapsContours compute(const Waveform& wave);

 private:
  void start(const Waveform& wave, EgemapsContours& out);
  void short_frame(std::size_t t, EgemapsContours& out);
  void pitch_frame(std::size_t t);
  void voiced_measures(std::size_t t, EgemapsContours& out);

  AnalysisFrames frames_;
  FrameSpectrum short_spectrum_;
  AuditorySpectrum auditory_;
  SpectralShape shape_;
  SpectralResampling resampling_;
  PitchTrack pitch_;
  PeriodMatching periods_;
  Harmonics harmonics_;

  std::vector<float> samples_;
  std::vector<float> magnitude_, previous_magnitude_, resampled_;
  std::vector<std::vector<float>> waiting_magnitudes_;  ///< ring of the frames without a pitch decision
  std::vector<Formants> formants_;
};

}  // namespace ser
