// Heads: from the pooled vector of a clip to the outputs. Adding one is one class and one line in head_registry().
#pragma once

#include <ser/network/network_options.h>
#include <torch/torch.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace ser {

class Head : public torch::nn::Module {
 public:
  /// x: [batch, dimension]. Returns [batch, outputs].
  virtual at::Tensor forward(const at::Tensor& x) = 0;
};

using HeadFactory =
    std::function<std::shared_ptr<Head>(std::int64_t dimension, std::int64_t outputs, const HeadOptions&)>;

/// linear; mlp (Linear, ReLU, dropout per hidden layer, then Linear). Both after the normalisation and dropout that the
/// options ask for.
const std::map<std::string, HeadFactory>& head_registry();

/// Throws UsageError for an unknown name.
std::shared_ptr<Head> make_head(const std::string& name, std::int64_t dimension, std::int64_t outputs,
                                const HeadOptions& options);

}  // namespace ser
