#include <ser/base/error.h>
#include <ser/nn/network/heads.h>

namespace ser {
namespace {

namespace nn = torch::nn;

/// Normalisation, then linear layers with ReLU between them and dropout before each.
class Perceptron final : public Head {
 public:
  Perceptron(std::int64_t dimension, const std::vector<int>& hidden, std::int64_t outputs, const HeadOptions& options)
      : dropout_(options.dropout), layers_(register_module("layers", nn::ModuleList())) {
    if (options.normalisation == "batch")
      batch_norm_ = register_module("norm", nn::BatchNorm1d(dimension));
    else if (options.normalisation == "layer")
      layer_norm_ = register_module("norm", nn::LayerNorm(nn::LayerNormOptions({dimension})));
    std::int64_t width = dimension;
    for (const int units : hidden) {
      layers_->push_back(nn::Linear(width, units));
      width = units;
    }
    layers_->push_back(nn::Linear(width, outputs));
  }
  at::Tensor forward(const at::Tensor& x) override {
    at::Tensor h = x;
    // A batch of one clip has no deviation.
    if (batch_norm_) {
      const bool by_batch = is_training() && x.size(0) > 1;
      h = at::batch_norm(x, batch_norm_->weight, batch_norm_->bias, batch_norm_->running_mean, batch_norm_->running_var,
                         by_batch, *batch_norm_->options.momentum(), batch_norm_->options.eps(), false);
    }
    if (layer_norm_) h = layer_norm_->forward(h);
    for (std::size_t i = 0; i < layers_->size(); ++i) {
      if (i > 0) h = at::relu(h);
      if (dropout_ > 0 && (i > 0 || layers_->size() == 1)) h = at::dropout(h, dropout_, is_training());
      h = layers_->at<nn::LinearImpl>(i).forward(h);
    }
    return h;
  }

 private:
  double dropout_;
  nn::BatchNorm1d batch_norm_{nullptr};
  nn::LayerNorm layer_norm_{nullptr};
  nn::ModuleList layers_;
};

std::shared_ptr<Head> make_linear(std::int64_t dimension, std::int64_t outputs, const HeadOptions& options) {
  return std::make_shared<Perceptron>(dimension, std::vector<int>(), outputs, options);
}

std::shared_ptr<Head> make_mlp(std::int64_t dimension, std::int64_t outputs, const HeadOptions& options) {
  return std::make_shared<Perceptron>(dimension, options.hidden, outputs, options);
}

}  // namespace

const std::map<std::string, HeadFactory>& head_registry() {
  static const std::map<std::string, HeadFactory> registry{{"linear", make_linear}, {"mlp", make_mlp}};
  return registry;
}

std::shared_ptr<Head> make_head(const std::string& name, std::int64_t dimension, std::int64_t outputs,
                                const HeadOptions& options) {
  const auto found = head_registry().find(name);
  if (found == head_registry().end()) throw_error<UsageError>("unknown head '{}'", name);
  return found->second(dimension, outputs, options);
}

}  // namespace ser
