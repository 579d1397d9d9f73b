// Cutting a signal into frames, after the conventions of Kaldi and librosa.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace ser {

/// Where frames lie. "snip": frame t covers samples t * shift to t * shift + length - 1, complete frames only (Kaldi
/// snip_edges=true, librosa center=False). "reflect": about samples / shift frames, centred on (t + 1/2) * shift, the
/// signal mirrored at its ends with the edge sample twice (Kaldi snip_edges=false). "center": 1 + samples / shift
/// frames, centred on t * shift, zeros beyond the ends (librosa center=True).
struct Framing {
  std::string convention = "snip";
  std::size_t length = 400;  ///< samples
  std::size_t shift = 160;   ///< samples

  std::size_t count(std::size_t samples) const;
  /// Copies frame t into out: [length].
  void copy(std::span<const float> signal, std::size_t t, std::span<float> out) const;
};

}  // namespace ser
