// Mono audio in memory.
#pragma once

#include <vector>

namespace ser {

struct Waveform {
  std::vector<float> samples;  ///< full scale is [-1, 1]
  int rate_hz = 0;
  int pcm_bits = 0;  ///< 8, 16, 24, 32: decoded from integers of that width divided by 2^(bits - 1); 0: anything else
  double seconds() const { return rate_hz > 0 ? static_cast<double>(samples.size()) / rate_hz : 0; }
};

}  // namespace ser
