#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/nn/encoders/encoder.h>

namespace ser {

HiddenStates Encoder::encode_from(std::size_t layer, const at::Tensor&, std::vector<std::int64_t>) const {
  throw_error<UsageError>("this encoder cannot be continued from its layer {}", layer);
}

void set_tuned(Encoder& encoder, const std::string& tune) {
  const auto layers = static_cast<std::int64_t>(encoder.top_layer());
  const std::int64_t highest = encoder.top_layer() == encoder.layer_count() ? layers + 1 : layers;
  std::int64_t lowest = highest + 1;
  if (tune == "all") {
    lowest = -1;
  } else if (tune == "blocks") {
    lowest = 0;
  } else if (const auto blocks = parse_integer(tune)) {
    if (*blocks < 1 || *blocks > layers)
      throw_error<UsageError>("{} blocks cannot be tuned: the encoder has {}{}", *blocks, layers,
                              encoder.top_layer() < encoder.layer_count() ? " up to the layer that is used" : "");
    lowest = layers - *blocks + 1;
  }
  for (auto& parameter : encoder.named_parameters()) {
    const std::int64_t depth = encoder.depth_of(parameter.key());
    parameter.value().set_requires_grad(depth >= lowest && depth <= highest);
  }
}

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
