// Pieces that the encoders share: linear maps and convolutions in the precision of their weights, attention, padding.
#pragma once

#include <ser/nn/encoders/encoder.h>
#include <torch/torch.h>

#include <cstdint>
#include <optional>
#include <span>

namespace ser {

/// Maps in the precision of the weights (float32 or bfloat16).
at::Tensor apply_linear(const torch::nn::Linear& linear, const at::Tensor& x);
at::Tensor apply_conv1d(const torch::nn::Conv1d& convolution, const at::Tensor& x);
/// In float32, whatever x is in.
at::Tensor apply_norm(const torch::nn::LayerNorm& norm, const at::Tensor& x);

/// [batch, longest], true within each clip; nothing when no clip is padded.
std::optional<at::Tensor> valid_frames(std::span<const std::int64_t> frames, std::int64_t longest, at::Device device);
/// x with zeros in the padding. x: [batch, time, channels] or, with channels_first, [batch, channels, time].
at::Tensor without_padding(const at::Tensor& x, const std::optional<at::Tensor>& valid, bool channels_first = false);

/// x with a share of its values left out and the others scaled up; x itself for share 0.
at::Tensor dropped(const at::Tensor& x, double share);
/// Number of the block that a parameter belongs to, from 1: "encoder.layers.3.fc1.weight" after "encoder.layers." is 4.
std::int64_t block_of(const std::string& parameter, const std::string& prefix);
/// [batch, longest], true in the frames to mask: spans as wav2vec 2.0 draws them, one stream of draws per clip.
at::Tensor time_mask(std::span<const std::uint64_t> keys, std::span<const std::int64_t> frames, std::int64_t longest,
                     const TrainingNoise& noise);

/// Multi-head self-attention with four linear maps.
struct SelfAttentionImpl : torch::nn::Module {
  SelfAttentionImpl(std::int64_t dimension, std::int64_t heads, bool key_bias = true);
  /// x: [batch, time, dimension]; mask: for scaled_dot_product_attention, [batch or 1, heads or 1, time or 1, time].
  at::Tensor attend(const at::Tensor& x, const std::optional<at::Tensor>& mask) const;
  std::int64_t heads;
  torch::nn::Linear q_proj, k_proj, v_proj, out_proj;
};

/// [batch, 1, 1, time], true where a key may be looked at; nothing without padding.
std::optional<at::Tensor> key_mask(const std::optional<at::Tensor>& valid);

}  // namespace ser
