// Mono audio in memory.
#pragma once

#include <vector>

namespace ser {

struct Waveform {
  std::vector<float> samples;  ///< full scale is [-1, 1]
  int rate_hz = 0;
  double seconds() const { return rate_hz > 0 ? static_cast<double>(samples.size()) / rate_hz : 0; }
};

}  // namespace ser
