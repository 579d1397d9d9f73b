// Supervised contrastive loss (P. Khosla et al., NeurIPS 2020), over the frames of a batch (C. Wang et al., Interspeech
// 2026).
#pragma once

#include <ser/nn/losses/loss_term.h>

namespace ser {

/// Mean over the anchors i that have positives of
///   -1/|P(i)| sum_{j in P(i)} log( exp(x_i . x_j / t) / sum_{k != i} exp(x_i . x_k / t) ),
/// P(i) the others of the same label; 0 where no anchor has one. x: [n, dimension], labels: [n] integers; in float32
/// (or double) whatever autocast says. Takes `block_rows` rows of the n x n products at a time, so that memory grows
/// with n: the gradient is made along with the value.
at::Tensor supervised_contrast(const at::Tensor& x, const at::Tensor& labels, double temperature,
                               std::int64_t block_rows = 512);

/// Each row drawn half way to the mean of its clip: (x_t + m) / 2 (N. Hyeon-Woo et al., ICCV 2023). x: [n, dimension],
/// clips: [n] clip of each row, means: [clips, dimension].
at::Tensor context_broadcast(const at::Tensor& x, const at::Tensor& clips, const at::Tensor& means);

/// On a linear projection of the frames that the network pools; their class is the largest of their clip's target.
/// Throws UsageError where the head's projection is to be shared but does not take single frames.
std::shared_ptr<LossTerm> make_frame_contrast(const LossContext& context);

}  // namespace ser
