#include <ser/base/error.h>
#include <ser/nn/losses/supervised_contrast.h>

#include <algorithm>
#include <limits>

namespace ser {
namespace {

/// sum_i weights_i log sum_{k != i} exp(x_i . x_k / temperature). The gradient is made in the same pass over blocks, so
/// that no n x n matrix is ever held.
class WeightedLogSums final : public torch::autograd::Function<WeightedLogSums> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& weights,
                            double temperature, std::int64_t block_rows) {
    const std::int64_t n = x.size(0);
    at::Tensor total = at::zeros({}, x.options().dtype(at::kDouble)), gradient = at::zeros_like(x);
    for (std::int64_t begin = 0; begin < n; begin += block_rows) {
      const std::int64_t rows = std::min(block_rows, n - begin);
      const at::Tensor anchors = x.narrow(0, begin, rows), share = weights.narrow(0, begin, rows);
      at::Tensor products = at::mm(anchors / temperature, x.t());
      products.diagonal(begin).fill_(-std::numeric_limits<double>::infinity());
      const at::Tensor largest = products.amax(1, true);
      const at::Tensor exponentials = products.sub_(largest).exp_(), sums = exponentials.sum(1, true);
      total += (share * (sums.log() + largest).squeeze(1)).sum().to(at::kDouble);
      const at::Tensor shares = exponentials.mul_(share.unsqueeze(1) / (temperature * sums));
      gradient.narrow(0, begin, rows).addmm_(shares, x);
      gradient.addmm_(shares.t(), anchors);
    }
    context->save_for_backward({gradient});
    return total.to(x.scalar_type());
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& upstream) {
    return {context->get_saved_variables()[0] * upstream[0], at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

class FrameContrast final : public LossTerm {
 public:
  explicit FrameContrast(const LossContext& context)
      : temperature_(context.options.supcon_temperature),
        stride_(context.options.supcon_frame_stride),
        normalise_(context.options.supcon_normalise),
        broadcast_(context.options.supcon_broadcast) {
    if (context.options.supcon_share_projection) {
      if (context.network.head != "projection" || context.network.head_options.normalisation != "none" ||
          context.head->dimension() != context.frame_dimension)
        throw UsageError(
            "loss.supcon_share_projection: needs head projection without normalisation, on a pooling whose vector is "
            "as wide as a frame");
      head_ = context.head;
    } else {
      projection_ =
          register_module("projection", torch::nn::Linear(context.frame_dimension, context.options.supcon_dimension));
    }
  }

  at::Tensor value(const NetworkOutput& output, const Targets& targets) override {
    const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
    const FrameBatch& frames = output.frames;
    const at::Tensor x = frames.zero_padded().to(at::kFloat);
    std::vector<std::int64_t> places, clips;
    for (std::size_t clip = 0; clip < frames.frames.size(); ++clip)
      for (std::int64_t t = 0; t < frames.frames[clip]; t += stride_) {
        places.push_back(static_cast<std::int64_t>(clip) * x.size(1) + t);
        clips.push_back(static_cast<std::int64_t>(clip));
      }
    const auto on_device = [&](const std::vector<std::int64_t>& values) {
      return at::tensor(values, at::kLong).to(x.device());
    };
    const at::Tensor clip_of_row = on_device(clips);
    at::Tensor rows = project(x.flatten(0, 1).index_select(0, on_device(places)));
    // The projection is linear: that of the mean is the mean of the projections.
    if (broadcast_) rows = context_broadcast(rows, clip_of_row, project(x.sum(1) / frames.counts().to(at::kFloat)));
    if (normalise_) rows = torch::nn::functional::normalize(rows, torch::nn::functional::NormalizeFuncOptions().dim(1));
    return supervised_contrast(rows, targets.distribution.argmax(1).index_select(0, clip_of_row), temperature_);
  }

 private:
  at::Tensor project(const at::Tensor& x) { return head_ ? head_->features(x) : projection_->forward(x); }

  double temperature_;
  std::int64_t stride_;
  bool normalise_, broadcast_;
  std::shared_ptr<Head> head_;  ///< not registered: it is part of the network
  torch::nn::Linear projection_{nullptr};
};

}  // namespace

at::Tensor supervised_contrast(const at::Tensor& x, const at::Tensor& labels, double temperature,
                               std::int64_t block_rows) {
  const at::Tensor classes = at::one_hot(labels).to(x.scalar_type());  // [n, classes]
  const at::Tensor positives = classes.sum(0).index_select(0, labels) - 1;
  const at::Tensor has_positive = positives > 0;
  const auto anchors = has_positive.sum().item<double>();
  if (anchors == 0) return x.sum() * 0;
  const at::Tensor weights = has_positive.to(x.scalar_type()) / anchors;
  // The sum over P(i) of x_i . x_j is x_i . (sum of the class - x_i).
  const at::Tensor sums = at::mm(classes.t(), x).index_select(0, labels);
  const at::Tensor mean_product = (x * (sums - x)).sum(1) / positives.clamp_min(1) / temperature;
  return WeightedLogSums::apply(x, weights, temperature, block_rows) - (weights * mean_product).sum();
}

at::Tensor context_broadcast(const at::Tensor& x, const at::Tensor& clips, const at::Tensor& means) {
  return (x + means.index_select(0, clips)) / 2;
}

std::shared_ptr<LossTerm> make_frame_contrast(const LossContext& context) {
  return std::make_shared<FrameContrast>(context);
}

}  // namespace ser
