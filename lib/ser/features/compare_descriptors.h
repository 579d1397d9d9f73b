// The 65 low-level descriptors of ComParE_2016, frame by frame, before smoothing. docs/compare.md has the formulas.
#pragma once

#include <ser/features/acoustic/analysis_frames.h>
#include <ser/features/acoustic/auditory_spectrum.h>
#include <ser/features/acoustic/frame_spectrum.h>
#include <ser/features/acoustic/period_matching.h>
#include <ser/features/acoustic/pitch_track.h>
#include <ser/features/acoustic/rasta.h>
#include <ser/features/acoustic/spectral_descriptors.h>

#include <array>
#include <cstddef>
#include <vector>

namespace ser {

/// In the order of the set's columns: voicing (60 ms frames), energy (20 ms frames but for the zero crossings, which
/// are counted in 60 ms), spectrum (20 ms).
namespace compare {
enum Descriptor : std::size_t {
  pitch,
  voicing,
  jitter,
  jitter_ddp,
  shimmer,
  log_hnr,
  loudness,
  rasta_loudness,
  energy,
  zero_crossings,
  rasta_band,  ///< the first of 26
  spectrum = rasta_band + AuditorySpectrum::bands,
  mfcc1 = spectrum + spectral::descriptor_count,
  descriptor_count = mfcc1 + 14
};
}  // namespace compare

struct CompareContours {
  std::array<std::vector<float>, compare::descriptor_count> values;
  std::size_t pitch_frames = 0;  ///< 60 ms frames
  std::size_t short_frames = 0;  ///< 20 ms frames
  /// Pitch frames decided before the end of the signal was known: openSMILE's functionals see only these.
  std::size_t decided_frames = 0;
};

/// Computes them for signals of one rate. Holds working memory: one object per thread.
class CompareDescriptors {
 public:
  /// Throws DataError for a rate outside 8 to 96 kHz.
  explicit CompareDescriptors(int rate_hz);
  /// Throws DataError when the signal is shorter than one 60 ms frame.
  CompareContours compute(const Waveform& wave);

 private:
  void start(const Waveform& wave, CompareContours& out);
  void short_frame(std::size_t t, CompareContours& out);
  void auditory_descriptors(std::size_t t, CompareContours& out);
  void pitch_frame(std::size_t t, CompareContours& out);
  void voiced_measures(std::size_t t, CompareContours& out);

  AnalysisFrames frames_;
  FrameSpectrum short_spectrum_;
  AuditorySpectrum auditory_;
  RastaSpectrum rasta_;
  SpectralDescriptors spectral_;
  PitchTrack pitch_;
  PeriodMatching periods_;

  std::vector<float> samples_;
  std::vector<float> magnitude_, previous_magnitude_, pitch_magnitude_;
};

}  // namespace ser
