// Harmonics-to-noise ratio in the time domain: the mean of a voiced frame's periods against what deviates from it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ser {

inline constexpr float lowest_log_hnr_db = -100;  ///< of unvoiced frames too

/// Single precision like the reference. Holds working memory: one object per thread.
class WaveformHnr {
 public:
  /// segment: the samples of a frame; period: of its pitch, in samples.
  void start(std::span<const double> segment, std::size_t period);
  /// A period was found that begins at this sample of the segment.
  void add_period(std::size_t begin);
  /// end: where the search for periods ended; last_step: its last step (0 when it took none). 20 log10 of the root mean
  /// squares of the mean period and of the difference from it, in dB.
  float finish(std::size_t end, std::size_t last_step);

 private:
  float harmonic_level(std::size_t last_begin);
  float noise_level(std::size_t end_of_last) const;

  std::span<const double> segment_;
  std::vector<float> mean_period_;
  std::vector<std::size_t> begins_;
};

}  // namespace ser
