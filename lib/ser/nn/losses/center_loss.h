// Center loss (Y. Wen et al., ECCV 2016): features are drawn to a learnt center of their class.
#pragma once

#include <ser/nn/losses/loss_term.h>

namespace ser {

/// Mean over the batch of the squared distance to the class's center, without a factor 1/2 (papers/mll-eam-flam.md, eq.
/// 8). features: [batch, dimension], labels: [batch] integers, centers: [classes, dimension].
at::Tensor center_loss(const at::Tensor& features, const at::Tensor& labels, const at::Tensor& centers);

/// On the head's features; the class is the largest of the target. Centers start at N(0, 1) and have an optimiser of
/// their own.
std::shared_ptr<LossTerm> make_center_loss(const LossContext& context);

}  // namespace ser
