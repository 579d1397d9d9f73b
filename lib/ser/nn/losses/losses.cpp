#include <ser/nn/losses/losses.h>

namespace ser {
namespace {

/// Mean over rows, each weighted by the weights of its target's classes.
at::Tensor weighted_mean(const at::Tensor& rows, const at::Tensor& target, const at::Tensor& class_weights) {
  if (!class_weights.defined()) return rows.mean();
  const at::Tensor weights = at::matmul(target, class_weights.to(target.options()));
  return (rows * weights).sum() / weights.sum();
}

}  // namespace

at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& target, double label_smoothing,
                         const at::Tensor& class_weights) {
  const auto classes = static_cast<double>(logits.size(1));
  const at::Tensor smooth = label_smoothing > 0 ? target * (1 - label_smoothing) + label_smoothing / classes : target;
  return weighted_mean(-(smooth * logits.log_softmax(1)).sum(1), target, class_weights);
}

at::Tensor kl_divergence(const at::Tensor& logits, const at::Tensor& target, const at::Tensor& class_weights) {
  const at::Tensor rows = (at::xlogy(target, target) - target * logits.log_softmax(1)).sum(1);
  return weighted_mean(rows, target, class_weights);
}

at::Tensor focal_loss(const at::Tensor& logits, const at::Tensor& target, double gamma,
                      const at::Tensor& class_weights) {
  const at::Tensor log_p = logits.log_softmax(1);
  // 1 - p through expm1, clamped so that the derivative of its power stays finite at p = 1.
  const at::Tensor rest = (-log_p.expm1()).clamp_min(1e-7);
  return weighted_mean(-(target * rest.pow(gamma) * log_p).sum(1), target, class_weights);
}

at::Tensor concordance_loss(const at::Tensor& x, const at::Tensor& y) {
  std::vector<at::Tensor> losses;
  for (std::int64_t d = 0; d < x.size(1); ++d) {
    const at::Tensor known = y.select(1, d).isnan().logical_not();
    const at::Tensor a = x.select(1, d).masked_select(known), b = y.select(1, d).masked_select(known);
    if (a.size(0) < 2) continue;
    const at::Tensor ca = a - a.mean(), cb = b - b.mean();
    const at::Tensor scale = ca.square().mean() + cb.square().mean() + (a.mean() - b.mean()).square();
    losses.push_back(1 - 2 * (ca * cb).mean() / scale.clamp_min(1e-12));
  }
  return losses.empty() ? x.sum() * 0 : at::stack(losses).mean();
}

at::Tensor mean_squared_error(const at::Tensor& x, const at::Tensor& y) {
  const at::Tensor known = y.isnan().logical_not();
  const at::Tensor errors = (x - y).masked_select(known).square();
  return errors.size(0) == 0 ? x.sum() * 0 : errors.mean();
}

}  // namespace ser
