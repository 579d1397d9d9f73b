#include <ser/nn/encoders/encoder.h>

namespace ser {

ClipBatch batch_of_clip(std::span<const float> samples) {
  const auto length = static_cast<std::int64_t>(samples.size());
  return {at::from_blob(const_cast<float*>(samples.data()), {1, length}, at::kFloat).clone(), {length}};
}

void use_bfloat16(torch::nn::Module& module) {
  const torch::NoGradGuard no_grad;
  for (const auto& one : module.modules()) {
    if (!one->as<torch::nn::LinearImpl>() && !one->as<torch::nn::Conv1dImpl>() && !one->as<torch::nn::Conv2dImpl>())
      continue;
    for (at::Tensor& parameter : one->parameters(false)) parameter.set_data(parameter.to(at::kBFloat16));
  }
}

std::int64_t parameter_count(const torch::nn::Module& module) {
  std::int64_t count = 0;
  for (const at::Tensor& parameter : module.parameters()) count += parameter.numel();
  return count;
}

}  // namespace ser
