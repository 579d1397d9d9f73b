#include <ser/base/error.h>
#include <ser/nn/network/heads.h>

namespace ser {
namespace {

namespace nn = torch::nn;

enum class Activation { none, relu };

/// Normalisation, then linear layers with the activation between them and dropout before each but the first of several.
class Perceptron final : public Head {
 public:
  Perceptron(std::int64_t dimension, const std::vector<int>& hidden, std::int64_t outputs, const HeadOptions& options,
             Activation activation)
      : dropout_(options.dropout), activation_(activation), layers_(register_module("layers", nn::ModuleList())) {
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
  at::Tensor features(const at::Tensor& x) override {
    at::Tensor h = normalised(x);
    for (std::size_t i = 0; i + 1 < layers_->size(); ++i) {
      h = layers_->at<nn::LinearImpl>(i).forward(h);
      if (activation_ == Activation::relu) h = at::relu(h);
      if (i + 2 < layers_->size()) h = dropped(h);
    }
    return h;
  }
  at::Tensor outputs(const at::Tensor& features) override {
    return layers_->at<nn::LinearImpl>(layers_->size() - 1).forward(dropped(features));
  }
  std::int64_t dimension() const override { return layers_->at<nn::LinearImpl>(0).options.in_features(); }
  std::int64_t feature_dimension() const override {
    return layers_->at<nn::LinearImpl>(layers_->size() - 1).options.in_features();
  }

 private:
  at::Tensor normalised(const at::Tensor& x) {
    if (layer_norm_) return layer_norm_->forward(x);
    if (!batch_norm_) return x;
    // A batch of one clip has no deviation.
    const bool by_batch = is_training() && x.size(0) > 1;
    return at::batch_norm(x, batch_norm_->weight, batch_norm_->bias, batch_norm_->running_mean,
                          batch_norm_->running_var, by_batch, *batch_norm_->options.momentum(),
                          batch_norm_->options.eps(), false);
  }
  at::Tensor dropped(const at::Tensor& h) const { return dropout_ > 0 ? at::dropout(h, dropout_, is_training()) : h; }

  double dropout_;
  Activation activation_;
  nn::BatchNorm1d batch_norm_{nullptr};
  nn::LayerNorm layer_norm_{nullptr};
  nn::ModuleList layers_;
};

std::shared_ptr<Head> make_linear(std::int64_t dimension, std::int64_t outputs, const HeadOptions& options) {
  return std::make_shared<Perceptron>(dimension, std::vector<int>(), outputs, options, Activation::none);
}

template <Activation activation>
std::shared_ptr<Head> make_layers(std::int64_t dimension, std::int64_t outputs, const HeadOptions& options) {
  return std::make_shared<Perceptron>(dimension, options.hidden, outputs, options, activation);
}

}  // namespace

const std::map<std::string, HeadFactory>& head_registry() {
  static const std::map<std::string, HeadFactory> registry{
      {"linear", make_linear}, {"mlp", make_layers<Activation::relu>}, {"projection", make_layers<Activation::none>}};
  return registry;
}

std::shared_ptr<Head> make_head(const std::string& name, std::int64_t dimension, std::int64_t outputs,
                                const HeadOptions& options) {
  const auto found = head_registry().find(name);
  if (found == head_registry().end()) throw_error<UsageError>("unknown head '{}'", name);
  return found->second(dimension, outputs, options);
}

}  // namespace ser
