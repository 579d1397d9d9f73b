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
  /// What the last layer makes its outputs of: [..., dimension] to [..., feature_dimension()].
  virtual at::Tensor features(const at::Tensor& x) = 0;
  /// [batch, feature_dimension()] to [batch, outputs].
  virtual at::Tensor outputs(const at::Tensor& features) = 0;
  virtual std::int64_t dimension() const = 0;
  virtual std::int64_t feature_dimension() const = 0;
};

using HeadFactory =
    std::function<std::shared_ptr<Head>(std::int64_t dimension, std::int64_t outputs, const HeadOptions&)>;

/// linear; mlp (Linear, ReLU, dropout per hidden layer, then Linear); projection (Linear per hidden layer without
/// activation, then Linear: its features are those of a space of their own, for losses on distances). All after the
/// normalisation that the options ask for.
const std::map<std::string, HeadFactory>& head_registry();

/// Throws UsageError for an unknown name.
std::shared_ptr<Head> make_head(const std::string& name, std::int64_t dimension, std::int64_t outputs,
                                const HeadOptions& options);

}  // namespace ser
