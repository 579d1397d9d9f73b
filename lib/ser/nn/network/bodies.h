// Bodies: what is trained on the frames before they are pooled. Padding does not change a clip's own frames. Adding one
// is one class and one line in body_registry().
#pragma once

#include <ser/network/network_options.h>
#include <ser/nn/network/frame_batch.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace ser {

class Body : public torch::nn::Module {
 public:
  virtual FrameBatch forward(const FrameBatch& batch) = 0;
  virtual std::int64_t dimension() const = 0;
  /// Frames of the input that one of the output spans; the last one may be shorter.
  virtual std::int64_t stride() const = 0;
};

using BodyFactory = std::function<std::shared_ptr<Body>(std::int64_t dimension, const BodyOptions&)>;

/// cnn (blocks of convolution, batch norm, ReLU, pooling of two by two), resnet (stages of two residual blocks),
/// cnn-lstm (cnn, then a bidirectional LSTM): all on spectrograms, frames over time and bands.
const std::map<std::string, BodyFactory>& body_registry();

/// Nothing for "none". Throws UsageError for an unknown name.
std::shared_ptr<Body> make_body(const std::string& name, std::int64_t dimension, const BodyOptions& options);

}  // namespace ser
