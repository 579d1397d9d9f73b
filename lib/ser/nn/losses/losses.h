// Losses, each of one batch to one number. Values and gradients are checked against closed forms and finite
// differences in tests/tensor/nn/losses_test.cpp.
#pragma once

#include <ser/network/loss_options.h>
#include <torch/torch.h>

namespace ser {

/// logits: [batch, classes]; target: [batch, classes], each row a distribution; class_weights: [classes] or undefined
/// (all 1). Rows are averaged, weighted by what their targets' classes weigh, as torch does for hard labels.
at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& target, double label_smoothing = 0,
                         const at::Tensor& class_weights = {});

/// Mean over the batch of sum_c y_c log(y_c / p_c), with 0 log 0 = 0.
at::Tensor kl_divergence(const at::Tensor& logits, const at::Tensor& target, const at::Tensor& class_weights = {});

/// Mean over the batch of -sum_c y_c (1 - p_c)^gamma log p_c (T.-Y. Lin et al., ICCV 2017).
at::Tensor focal_loss(const at::Tensor& logits, const at::Tensor& target, double gamma,
                      const at::Tensor& class_weights = {});

/// Mean over the dimensions of 1 - 2 s_xy / (s_x^2 + s_y^2 + (m_x - m_y)^2), with statistics over the batch (L. Lin,
/// Biometrics 1989). x, y: [batch, dimensions]; entries where y is NaN are left out; a dimension with fewer than two
/// is, too.
at::Tensor concordance_loss(const at::Tensor& x, const at::Tensor& y);

/// Over all entries whose target is not NaN; 0 when there is none.
at::Tensor mean_squared_error(const at::Tensor& x, const at::Tensor& y);

}  // namespace ser
