// Encoders of speech: from samples to hidden states of every layer.
#pragma once

#include <torch/torch.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ser {

/// Clips at the encoder's rate, padded with zeros to the longest.
struct ClipBatch {
  at::Tensor samples;                 ///< [batch, longest], float32
  std::vector<std::int64_t> lengths;  ///< samples of each clip
  /// One key per clip for what is masked in training mode; none: nothing is.
  std::vector<std::uint64_t> mask_keys{};
};

/// One clip without padding.
ClipBatch batch_of_clip(std::span<const float> samples);

/// What an encoder makes of a batch. Frames beyond a clip's own are of no meaning.
struct HiddenStates {
  std::vector<at::Tensor> layers;    ///< top_layer() + 1 of [batch, frames, dimension], float32
  std::vector<std::int64_t> frames;  ///< of each clip
};

/// What is left out at random in training mode. Dropout and skipped blocks are drawn from torch's generator, masks from
/// the keys of the batch. Attention probabilities are not dropped: fused attention is then six times as slow on a CPU.
struct TrainingNoise {
  double hidden = 0, activation = 0, projection = 0;  ///< shares dropped
  double layer_drop = 0;                              ///< share of blocks skipped
  double mask_time = 0;                               ///< share of frames masked
  std::int64_t mask_length = 10, fewest_masks = 2;    ///< frames of a mask, masks of a clip
};

/// An encoder with its weights. Guarantees:
///  1. A clip alone and the same clip padded in a batch have the same hidden states, up to rounding.
///  2. Layer 0 is the input of the first block, layer i the output of block i; the last one is after the final
///     normalisation where there is one.
///  3. encode() changes nothing in the object: threads may share it as long as nobody trains.
class Encoder : public torch::nn::Module {
 public:
  /// Throws DataError for a clip that is too short for one frame or too long for the position table.
  virtual HiddenStates encode(const ClipBatch& batch) const = 0;
  /// The hidden states `layer`, layer + 1, ... from those of `layer`. h: [batch, longest, dimension]; frames: of each
  /// clip. Layer layer_count() is final and cannot be continued: throws UsageError, as encoders without blocks do.
  virtual HiddenStates encode_from(std::size_t layer, const at::Tensor& h, std::vector<std::int64_t> frames) const;
  /// Where a parameter belongs: -1 what is before the blocks and mostly left alone (convolutions), 0 what else is
  /// before them, 1 to layer_count() the blocks, one more what follows them.
  virtual std::int64_t depth_of(const std::string& parameter) const = 0;
  virtual int rate_hz() const = 0;
  virtual std::size_t layer_count() const = 0;
  virtual std::int64_t dimension() const = 0;
  virtual double frame_shift_seconds() const = 0;
  /// How many of a clip's first states stand for the whole clip, before those of frames or patches: their mean is the
  /// feature of the clip. 0 where there are none.
  virtual std::int64_t clip_states() const { return 0; }
  /// Longest clip that can be encoded at once, in seconds; 0: any.
  virtual double longest_seconds() const { return 0; }

  /// The highest layer that encode() and encode_from() give; blocks above it are not run.
  std::size_t top_layer() const { return std::min(highest_layer, layer_count()); }

  std::size_t highest_layer = std::numeric_limits<std::size_t>::max();  ///< that is wanted
  /// As the model's configuration says; changed before training.
  TrainingNoise noise;
};

/// Lets gradients reach the parameters of the top `blocks` and what follows them, or with "blocks" all but the
/// convolutions, with "all" everything; "none" stops them all. The top is top_layer(). Throws UsageError for more
/// blocks than there are.
void set_tuned(Encoder& encoder, const std::string& tune);

/// Weights of linear maps and convolutions to bfloat16; normalisation and sums stay in float32.
void use_bfloat16(torch::nn::Module& module);

/// Parameters, the running statistics of batch norms not among them.
std::int64_t parameter_count(const torch::nn::Module& module);

}  // namespace ser
