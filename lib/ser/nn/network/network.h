// A network for whole clips: encoder or stored frames, sum of layers, body, frame attention, pooling, head.
#pragma once

#include <ser/nn/encoders/encoder.h>
#include <ser/nn/network/bodies.h>
#include <ser/nn/network/frame_attention.h>
#include <ser/nn/network/heads.h>
#include <ser/nn/network/poolings.h>

#include <memory>
#include <optional>
#include <vector>

namespace ser {

/// Clips of a batch: samples [batch, longest] for a network that hears audio, otherwise frames [batch, longest,
/// columns]; zeros in the padding.
struct NetworkInput {
  at::Tensor values;
  std::vector<std::int64_t> lengths;  ///< samples or frames of each clip
  std::vector<std::uint64_t> keys;    ///< of what is masked in training; may be empty
};

struct NetworkOutput {
  std::vector<std::int64_t> input_frames;  ///< of each clip, before they are averaged and enter the body
  FrameBatch frames;                       ///< what was pooled
  at::Tensor frame_weights;                ///< [batch, longest]; undefined where the pooling has none
  at::Tensor embedding;                    ///< [batch, dimension]: the pooled vector
  at::Tensor features;                     ///< [batch, Head::feature_dimension()]: what the head's last layer takes
  at::Tensor outputs;                      ///< [batch, outputs]: logits, or values of dimensions
};

/// What the network's input looks like.
struct NetworkInputShape {
  std::size_t columns = 0;  ///< of a stored frame, all layers; 1 for samples
  std::size_t layers = 1;   ///< hidden states that lie side by side in a stored frame
  /// Stored frames are the hidden state of this layer of the encoder, which goes on from there.
  std::optional<std::size_t> continue_from;
};

/// Guarantees: a clip alone and in a padded batch have the same outputs in evaluation mode, up to rounding; weights
/// depend on the seed alone.
class Network : public torch::nn::Module {
 public:
  /// `encoder`: null where stored frames are the input. Throws UsageError for options that do not fit the input.
  Network(const NetworkOptions& options, const NetworkInputShape& shape, std::shared_ptr<Encoder> encoder,
          std::int64_t outputs);

  NetworkOutput forward(const NetworkInput& input);
  /// The inputs of the trained part before standardisation: [batch, longest, layers, dimension].
  FrameBatch layer_frames(const NetworkInput& input) const;
  /// Means and deviations per layer and dimension, [layers, dimension] each.
  void set_standardisation(const at::Tensor& mean, const at::Tensor& deviation);
  /// Where the outputs are values of dimensions: what a head's 0 and 1 stand for, [outputs] each.
  void set_output_scale(const at::Tensor& mean, const at::Tensor& deviation);
  bool standardises() const { return options_.standardise; }

  const std::shared_ptr<Encoder>& encoder() const { return encoder_; }
  const std::shared_ptr<Head>& head() const { return head_; }
  /// How many of the input's frames one that is pooled spans; the last one of a clip may be shorter.
  std::int64_t frame_stride() const { return options_.average_frames * (body_ ? body_->stride() : 1); }
  /// Values of a frame that is pooled.
  std::int64_t frame_dimension() const { return body_ ? body_->dimension() : dimension_; }
  /// Whether anything of the encoder is trained.
  bool tunes_encoder() const { return encoder_ && options_.encoder.tune != "none"; }
  /// The rate of the audio, 0 for stored frames.
  int rate_hz() const { return encoder_ && !shape_.continue_from ? encoder_->rate_hz() : 0; }
  /// Longest clip that the encoder hears at once.
  double window_seconds() const;
  /// Weights of the layer sum, empty for one layer.
  std::vector<double> layer_shares() const;
  /// Training mode; an encoder that is not tuned stays in evaluation mode.
  void set_training(bool on);

 private:
  HiddenStates encode(const NetworkInput& input) const;
  HiddenStates encode_windows(const NetworkInput& input, std::int64_t window) const;
  std::vector<at::Tensor> chosen(std::vector<at::Tensor> layers) const;
  at::Tensor summed(const at::Tensor& x) const;
  at::Tensor masked(const FrameBatch& batch, const std::vector<std::uint64_t>& keys) const;

  NetworkOptions options_;
  NetworkInputShape shape_;
  std::shared_ptr<Encoder> encoder_;
  std::int64_t layers_ = 1, dimension_ = 0;
  at::Tensor layer_weights_, mean_, deviation_, output_mean_, output_deviation_;
  std::shared_ptr<Body> body_;
  std::shared_ptr<FrameAttention> frame_attention_;
  std::shared_ptr<Pooling> pooling_;
  std::shared_ptr<Head> head_;
};

}  // namespace ser
