// Mean and deviation of the frames that enter a network, in double.
#pragma once

#include <ser/nn/network/frame_batch.h>

namespace ser {

class InputStatistics {
 public:
  /// batch.x: [batch, longest, layers, dimension]; frames beyond a clip's own do not count.
  void add(const FrameBatch& batch);
  at::Tensor mean() const;       ///< [layers, dimension], float32
  at::Tensor deviation() const;  ///< the same; 1 where a value never changes

 private:
  at::Tensor sum_, squares_, shift_;
  double count_ = 0;
};

}  // namespace ser
