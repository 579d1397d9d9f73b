// Gradients against finite differences.
#pragma once

#include <torch/torch.h>

#include <algorithm>
#include <functional>

namespace ser::test {

/// Largest difference between the gradient by autograd and by central differences, in double.
inline double gradient_error(const std::function<at::Tensor(const at::Tensor&)>& loss, const at::Tensor& at) {
  const at::Tensor x = at.clone().set_requires_grad(true);
  loss(x).backward();
  constexpr double step = 1e-6;
  double worst = 0;
  const at::Tensor flat = at.clone().view({-1});
  for (std::int64_t i = 0; i < flat.numel(); ++i) {
    const at::Tensor up = flat.clone(), down = flat.clone();
    up[i] += step;
    down[i] -= step;
    const double numeric = (loss(up.view(at.sizes())) - loss(down.view(at.sizes()))).item<double>() / (2 * step);
    worst = std::max(worst, std::abs(numeric - x.grad().view({-1})[i].item<double>()));
  }
  return worst;
}

}  // namespace ser::test
