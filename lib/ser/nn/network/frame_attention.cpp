#include <ser/base/error.h>
#include <ser/nn/network/frame_attention.h>

namespace ser {

FrameAttention::FrameAttention(std::int64_t dimension, std::int64_t heads)
    : heads_(heads), query_(nullptr), key_(nullptr), value_(nullptr), output_(nullptr) {
  if (dimension % heads != 0)
    throw_error<UsageError>("network.frame_attention: {} heads do not share frames of {} values evenly", heads,
                            dimension);
  query_ = register_module("query", torch::nn::Linear(dimension, dimension));
  key_ = register_module("key", torch::nn::Linear(dimension, dimension));
  value_ = register_module("value", torch::nn::Linear(dimension, dimension));
  output_ = register_module("output", torch::nn::Linear(dimension, dimension));
}

/// [batch, longest, dimension] to [batch, heads, longest, dimension / heads].
at::Tensor FrameAttention::heads_of(const at::Tensor& x) const {
  return x.view({x.size(0), x.size(1), heads_, -1}).transpose(1, 2);
}

FrameBatch FrameAttention::forward(const FrameBatch& batch) const {
  const at::Tensor x = batch.zero_padded();
  const auto project = [&](const torch::nn::Linear& layer) { return at::linear(x, layer->weight, layer->bias); };
  std::optional<at::Tensor> mask;
  if (const auto valid = batch.valid()) mask = valid->unsqueeze(1).unsqueeze(2);
  const at::Tensor mixed = at::scaled_dot_product_attention(heads_of(project(query_)), heads_of(project(key_)),
                                                            heads_of(project(value_)), mask)
                               .transpose(1, 2)
                               .reshape(x.sizes());
  return {x + at::linear(mixed, output_->weight, output_->bias), batch.frames};
}

}  // namespace ser
