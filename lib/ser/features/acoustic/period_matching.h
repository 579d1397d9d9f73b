// Jitter, shimmer and waveform HNR by matching neighbouring pitch periods in the time domain.
#pragma once

#include <ser/features/acoustic/waveform_hnr.h>

#include <cstddef>
#include <span>
#include <vector>

namespace ser {

struct PeriodMatchingOptions {
  double search_range = 0.10;  ///< periods are looked for at (1 - range) to (1 + range) times the pitch period
  double lowest_correlation = 0.5;
  bool with_hnr = false;
};

/// Cycle-to-cycle variation in one frame, all 0 when unvoiced but for the HNR.
struct PeriodPerturbation {
  float jitter_local = 0;      ///< mean |difference of successive periods| / mean period, at most 1
  float jitter_ddp = 0;        ///< mean |difference of successive differences of periods| / mean period, at most 1
  float shimmer_local = 0;     ///< mean |difference of successive amplitudes| / mean amplitude, at most 1
  float shimmer_local_db = 0;  ///< 20 log10(1 + shimmer_local)
  float log_hnr_db = lowest_log_hnr_db;  ///< WaveformHnr, where the options ask for it
};

/// Finds each period by the largest correlation of a stretch of signal with the stretch that follows, measures its
/// length to a fraction of a sample, and carries its place in the signal from frame to frame, so that every period is
/// measured once. Frames must be given in order.
class PeriodMatching {
 public:
  /// frame_length, frame_shift: of the pitch frames, in samples.
  PeriodMatching(const PeriodMatchingOptions& options, int rate_hz, std::size_t frame_length, std::size_t frame_shift);
  void reset();
  /// Frame t with its pitch (0: unvoiced). samples: the whole signal, not windowed.
  PeriodPerturbation frame(std::span<const float> samples, std::size_t t, float pitch_hz);

 private:
  struct Measured;
  struct Match {
    std::size_t lag = 0;  ///< samples; 0: no correlation peak
    double exact_lag = 0;
    double correlation = 0;
  };
  Match match(std::size_t start, std::size_t shortest, std::size_t longest);
  void step(std::size_t start, const Match& match, Measured& measured);
  PeriodPerturbation perturbation(const Measured& measured);

  PeriodMatchingOptions options_;
  double seconds_per_sample_;
  int rate_hz_;
  std::ptrdiff_t frame_length_, frame_shift_, hop_;
  std::ptrdiff_t next_sample_ = 0, backlog_ = 0;
  /// Carried over the frames of a voiced stretch.
  struct Memory {
    float period = 0, difference = 0, jitter = 0, jitter_ddp = 0, shimmer = 0;
  };
  Memory last_;
  WaveformHnr hnr_;
  std::vector<double> segment_, sum_, square_sum_, correlation_;
};

}  // namespace ser
