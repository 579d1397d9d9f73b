#include <ser/base/random.h>
#include <ser/nn/encoders/layers.h>

#include <algorithm>
#include <numeric>

namespace ser {

at::Tensor apply_linear(const torch::nn::Linear& linear, const at::Tensor& x) {
  return at::linear(x.to(linear->weight.scalar_type()), linear->weight, linear->bias);
}

at::Tensor apply_conv1d(const torch::nn::Conv1d& convolution, const at::Tensor& x) {
  const auto& o = convolution->options;
  return at::conv1d(x.to(convolution->weight.scalar_type()), convolution->weight, convolution->bias, *o.stride(),
                    std::get<torch::ExpandingArray<1>>(o.padding()), *o.dilation(), o.groups());
}

at::Tensor apply_norm(const torch::nn::LayerNorm& norm, const at::Tensor& x) {
  return at::layer_norm(x.to(at::kFloat), norm->options.normalized_shape(), norm->weight, norm->bias,
                        norm->options.eps());
}

std::optional<at::Tensor> valid_frames(std::span<const std::int64_t> frames, std::int64_t longest, at::Device device) {
  if (std::all_of(frames.begin(), frames.end(), [&](std::int64_t n) { return n == longest; })) return std::nullopt;
  const at::Tensor counts = at::tensor(at::ArrayRef<std::int64_t>(frames.data(), frames.size()), at::kLong).to(device);
  return at::arange(longest, counts.options()).unsqueeze(0) < counts.unsqueeze(1);
}

at::Tensor without_padding(const at::Tensor& x, const std::optional<at::Tensor>& valid, bool channels_first) {
  if (!valid) return x;
  return x.masked_fill(~valid->unsqueeze(channels_first ? 1 : 2), 0);
}

std::optional<at::Tensor> key_mask(const std::optional<at::Tensor>& valid) {
  if (!valid) return std::nullopt;
  return valid->unsqueeze(1).unsqueeze(1);
}

at::Tensor dropped(const at::Tensor& x, double share) { return share > 0 ? at::dropout(x, share, true) : x; }

std::int64_t block_of(const std::string& parameter, const std::string& prefix) {
  return std::stoll(parameter.substr(prefix.size())) + 1;
}

at::Tensor time_mask(std::span<const std::uint64_t> keys, std::span<const std::int64_t> frames, std::int64_t longest,
                     const TrainingNoise& noise) {
  at::Tensor mask = at::zeros({static_cast<std::int64_t>(keys.size()), longest}, at::kBool);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (frames[i] <= noise.mask_length) continue;
    Random random(keys[i], "time mask");
    const auto wanted = static_cast<std::int64_t>(
        noise.mask_time * static_cast<double>(frames[i]) / static_cast<double>(noise.mask_length) + random.uniform());
    const std::int64_t starts = frames[i] - noise.mask_length + 1;
    std::vector<std::int64_t> places(static_cast<std::size_t>(starts));
    std::iota(places.begin(), places.end(), std::int64_t{0});
    random.shuffle(places);
    const std::int64_t spans = std::min(starts, std::max(wanted, noise.fewest_masks));
    for (std::int64_t s = 0; s < spans; ++s)
      mask[static_cast<std::int64_t>(i)].narrow(0, places[static_cast<std::size_t>(s)], noise.mask_length).fill_(true);
  }
  return mask;
}

SelfAttentionImpl::SelfAttentionImpl(std::int64_t dimension, std::int64_t head_count, bool key_bias)
    : heads(head_count),
      q_proj(register_module("q_proj", torch::nn::Linear(dimension, dimension))),
      k_proj(
          register_module("k_proj", torch::nn::Linear(torch::nn::LinearOptions(dimension, dimension).bias(key_bias)))),
      v_proj(register_module("v_proj", torch::nn::Linear(dimension, dimension))),
      out_proj(register_module("out_proj", torch::nn::Linear(dimension, dimension))) {}

at::Tensor SelfAttentionImpl::attend(const at::Tensor& x, const std::optional<at::Tensor>& mask) const {
  const std::int64_t batch = x.size(0), time = x.size(1), width = x.size(2);
  const auto split = [&](const torch::nn::Linear& linear) {
    return apply_linear(linear, x).view({batch, time, heads, width / heads}).transpose(1, 2);
  };
  std::optional<at::Tensor> fitting = mask;
  const at::Tensor q = split(q_proj);
  if (mask && mask->is_floating_point()) fitting = mask->to(q.scalar_type());
  const at::Tensor mixed = at::scaled_dot_product_attention(q, split(k_proj), split(v_proj), fitting);
  return apply_linear(out_proj, mixed.transpose(1, 2).reshape({batch, time, width}));
}

}  // namespace ser
