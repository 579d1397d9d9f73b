// Frames of several clips, padded to the longest: what bodies and poolings pass on.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace ser {

struct FrameBatch {
  at::Tensor x;                      ///< [batch, longest, dimension]; what lies in the padding has no meaning
  std::vector<std::int64_t> frames;  ///< of each clip, at least 1

  /// [batch, longest], true within each clip; nothing when no clip is padded.
  std::optional<at::Tensor> valid() const;
  /// x with zeros in the padding.
  at::Tensor zero_padded() const;
  /// [batch, 1] frames of each clip, in the type and on the device of x.
  at::Tensor counts() const;
  /// Means of `count` frames in a row; the last one of a clip may be of fewer.
  FrameBatch averaged(std::int64_t count) const;
};

}  // namespace ser
