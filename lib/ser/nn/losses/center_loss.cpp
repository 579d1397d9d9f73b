#include <ser/nn/losses/center_loss.h>

namespace ser {
namespace {

class CenterLoss final : public LossTerm {
 public:
  CenterLoss(std::int64_t classes, std::int64_t dimension, double learning_rate)
      : learning_rate_(learning_rate), centers_(register_parameter("centers", at::randn({classes, dimension}))) {}
  at::Tensor value(const NetworkOutput& output, const Targets& targets) override {
    return center_loss(output.features, targets.distribution.argmax(1), centers_);
  }
  std::optional<double> own_learning_rate() const override { return learning_rate_; }

 private:
  double learning_rate_;
  at::Tensor centers_;
};

}  // namespace

at::Tensor center_loss(const at::Tensor& features, const at::Tensor& labels, const at::Tensor& centers) {
  return (features.to(centers.dtype()) - centers.index_select(0, labels)).square().sum(1).mean();
}

std::shared_ptr<LossTerm> make_center_loss(const LossContext& context) {
  return std::make_shared<CenterLoss>(context.classes, context.head->feature_dimension(),
                                      context.options.center_learning_rate);
}

}  // namespace ser
