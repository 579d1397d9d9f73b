// Poolings: from the frames of a clip to one vector. Frames beyond a clip's own never count. Adding one is one class
// and one line in pooling_registry().
#pragma once

#include <ser/network/network_options.h>
#include <ser/nn/network/frame_batch.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace ser {

struct Pooled {
  at::Tensor vector;         ///< [batch, Pooling::dimension()]
  at::Tensor frame_weights;  ///< [batch, longest], each row sums to 1; undefined for poolings without weights
};

class Pooling : public torch::nn::Module {
 public:
  virtual Pooled pool(const FrameBatch& batch) const = 0;
  virtual std::int64_t dimension() const = 0;
};

/// `clip_states`: how many of the first frames stand for the whole clip (Encoder::clip_states).
using PoolingFactory =
    std::function<std::shared_ptr<Pooling>(std::int64_t dimension, const PoolingOptions&, std::int64_t clip_states)>;

/// mean, max, first (the first frame, or the mean of those that stand for the clip), statistics (mean and deviation),
/// attentive-statistics (K. Okabe et al., Interspeech 2018), self-attention (P. Safari et al., Interspeech 2020).
const std::map<std::string, PoolingFactory>& pooling_registry();

/// Throws UsageError for an unknown name.
std::shared_ptr<Pooling> make_pooling(const std::string& name, std::int64_t dimension, const PoolingOptions& options,
                                      std::int64_t clip_states = 0);

/// Softmax of scores over each clip's own frames. scores: [batch, longest]; 0 in the padding.
at::Tensor softmax_of_frames(const at::Tensor& scores, const std::optional<at::Tensor>& valid);

}  // namespace ser
