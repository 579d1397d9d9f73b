// Multi-head self-attention over the frames of a clip, added to them: the first half of frame-level attention (FLAM,
// C. Wang et al., Interspeech 2026); the second is the pooling "self-attention" with one head.
#pragma once

#include <ser/nn/network/frame_batch.h>

namespace ser {

/// F' = F + MSA(F), without norm, dropout or positions: reordering frames reorders the result, and a clip's padding has
/// no influence on it.
class FrameAttention : public torch::nn::Module {
 public:
  /// Throws UsageError when the heads do not share the dimension evenly.
  FrameAttention(std::int64_t dimension, std::int64_t heads);
  FrameBatch forward(const FrameBatch& batch) const;

 private:
  at::Tensor heads_of(const at::Tensor& x) const;
  std::int64_t heads_;
  torch::nn::Linear query_, key_, value_, output_;
};

}  // namespace ser
