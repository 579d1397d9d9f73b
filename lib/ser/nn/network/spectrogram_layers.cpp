#include <ser/nn/encoders/layers.h>
#include <ser/nn/network/spectrogram_layers.h>

namespace ser {
namespace {

namespace nn = torch::nn;

/// [batch, 1, 1, time] or nothing.
std::optional<at::Tensor> valid_columns(const Spectrogram& s) {
  return key_mask(valid_frames(s.frames, s.x.size(3), s.x.device()));
}

at::Tensor zero_padded(const Spectrogram& s) {
  const auto valid = valid_columns(s);
  return valid ? s.x.masked_fill(~*valid, 0) : s.x;
}

/// Batch norm of the valid columns; running statistics follow in training.
at::Tensor norm_of_valid(nn::BatchNorm2dImpl& norm, const Spectrogram& s) {
  const auto valid = valid_columns(s);
  const double momentum = *norm.options.momentum(), eps = norm.options.eps();
  if (!norm.is_training() || !valid)
    return at::batch_norm(s.x, norm.weight, norm.bias, norm.running_mean, norm.running_var, norm.is_training(),
                          momentum, eps, false);
  const at::Tensor x = s.x.to(at::kFloat), mask = valid->to(at::kFloat);
  const at::Tensor count = mask.sum() * x.size(2);
  const at::Tensor mean = (x * mask).sum({0, 2, 3}) / count;
  const at::Tensor centred = x - mean.view({1, -1, 1, 1});
  const at::Tensor variance = (centred.square() * mask).sum({0, 2, 3}) / count;
  {
    const at::NoGradGuard no_gradients;
    norm.running_mean.lerp_(mean, momentum);
    norm.running_var.lerp_(variance * (count / (count - 1)), momentum);
  }
  const at::Tensor scale = norm.weight * (variance + eps).rsqrt();
  return centred * scale.view({1, -1, 1, 1}) + norm.bias.view({1, -1, 1, 1});
}

}  // namespace

Spectrogram pool_by_two(const Spectrogram& s) {
  Spectrogram out{at::max_pool2d(s.x, {2, 2}, {2, 2}, 0, 1, true), s.frames};
  for (std::int64_t& n : out.frames) n = (n + 1) / 2;
  return out;
}

NormedConvolutionImpl::NormedConvolutionImpl(std::int64_t in, std::int64_t out, std::int64_t kernel,
                                             std::int64_t stride)
    : conv(register_module("conv", nn::Conv2d(nn::Conv2dOptions(in, out, kernel)
                                                  .stride(stride)
                                                  .padding(kernel / 2)
                                                  .bias(false)))),
      norm(register_module("norm", nn::BatchNorm2d(out))) {}

Spectrogram NormedConvolutionImpl::forward(const Spectrogram& s) {
  Spectrogram out{conv->forward(s.x), s.frames};
  const std::int64_t stride = (*conv->options.stride())[0];
  for (std::int64_t& n : out.frames) n = (n - 1) / stride + 1;
  out.x = norm_of_valid(*norm, out);
  out.x = zero_padded(out);
  return out;
}

ResidualBlockImpl::ResidualBlockImpl(std::int64_t in, std::int64_t out, std::int64_t stride)
    : first(register_module("first", NormedConvolution(in, out, 3, stride))),
      second(register_module("second", NormedConvolution(out, out, 3, 1))) {
  if (in != out || stride != 1) shortcut = register_module("shortcut", NormedConvolution(in, out, 1, stride));
}

Spectrogram ResidualBlockImpl::forward(const Spectrogram& s) {
  Spectrogram inner = first->forward(s);
  inner.x = at::relu(inner.x);
  Spectrogram out = second->forward(inner);
  out.x = at::relu(out.x + (shortcut ? shortcut->forward(s).x : s.x));
  return out;
}

}  // namespace ser
