#include <ser/base/error.h>
#include <ser/nn/encoders/layers.h>
#include <ser/nn/encoders/wav2vec2.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

namespace nn = torch::nn;

constexpr std::int64_t most_biased_frames = 3000;

/// Group norm with one group per channel over each clip's own frames. x: [batch, channels, time].
at::Tensor norm_of_valid_frames(const nn::GroupNorm& norm, const at::Tensor& x,
                                const std::optional<at::Tensor>& valid) {
  if (!valid) return at::group_norm(x, norm->options.num_groups(), norm->weight, norm->bias, norm->options.eps());
  const at::Tensor mask = valid->unsqueeze(1).to(x.scalar_type()), count = mask.sum(2, true);
  const at::Tensor mean = (x * mask).sum(2, true) / count;
  const at::Tensor centred = x - mean;
  const at::Tensor variance = (centred.square() * mask).sum(2, true) / count;
  return centred * (variance + norm->options.eps()).rsqrt() * norm->weight.unsqueeze(1) + norm->bias.unsqueeze(1);
}

struct ConvLayerImpl : nn::Module {
  ConvLayerImpl(const Wav2vec2Config& c, std::size_t i)
      : conv(register_module("conv",
                             nn::Conv1d(nn::Conv1dOptions(i ? c.conv_dim[i - 1] : 1, c.conv_dim[i], c.conv_kernel[i])
                                            .stride(c.conv_stride[i])
                                            .bias(c.conv_bias)))) {
    if (c.layer_norm_features)
      layer_norm = register_module("layer_norm", nn::LayerNorm(nn::LayerNormOptions({c.conv_dim[i]})));
    else if (i == 0)
      group_norm = register_module("layer_norm", nn::GroupNorm(c.conv_dim[i], c.conv_dim[i]));
  }
  /// x: [batch, channels, time]; valid: of the output.
  at::Tensor forward(const at::Tensor& x, const std::optional<at::Tensor>& valid) const {
    at::Tensor y = apply_conv1d(conv, x);
    if (layer_norm) y = apply_norm(layer_norm, y.transpose(1, 2)).transpose(1, 2);
    if (group_norm) y = norm_of_valid_frames(group_norm, y.to(at::kFloat), valid);
    return at::gelu(y);
  }
  nn::Conv1d conv;
  nn::LayerNorm layer_norm{nullptr};
  nn::GroupNorm group_norm{nullptr};
};
TORCH_MODULE(ConvLayer);

struct FeatureExtractorImpl : nn::Module {
  explicit FeatureExtractorImpl(const Wav2vec2Config& c)
      : conv_layers(register_module("conv_layers", nn::ModuleList())) {
    for (std::size_t i = 0; i < c.conv_dim.size(); ++i) conv_layers->push_back(ConvLayer(c, i));
  }
  nn::ModuleList conv_layers;
};
TORCH_MODULE(FeatureExtractor);

struct FeatureProjectionImpl : nn::Module {
  explicit FeatureProjectionImpl(const Wav2vec2Config& c)
      : projection(register_module("projection", nn::Linear(c.conv_dim.back(), c.hidden_size))) {
    if (c.project_layer_norm)
      layer_norm =
          register_module("layer_norm", nn::LayerNorm(nn::LayerNormOptions({c.conv_dim.back()}).eps(c.layer_norm_eps)));
  }
  at::Tensor forward(const at::Tensor& x) const {
    return apply_linear(projection, layer_norm ? apply_norm(layer_norm, x) : x).to(at::kFloat);
  }
  nn::LayerNorm layer_norm{nullptr};
  nn::Linear projection;
};
TORCH_MODULE(FeatureProjection);

struct PositionEmbeddingImpl : nn::Module {
  explicit PositionEmbeddingImpl(const Wav2vec2Config& c)
      : conv(register_module("conv", nn::Conv1d(nn::Conv1dOptions(c.hidden_size, c.hidden_size, c.position_kernel)
                                                    .padding(c.position_kernel / 2)
                                                    .groups(c.position_groups)))) {
    if (c.position_batch_norm) batch_norm = register_module("batch_norm", nn::BatchNorm1d(c.hidden_size));
  }
  /// x: [batch, time, hidden] with zeros in the padding, which the batch norm moves away from 0.
  at::Tensor forward(const at::Tensor& x, const std::optional<at::Tensor>& valid) const {
    at::Tensor y = x.transpose(1, 2);
    if (batch_norm) {
      y = at::batch_norm(y, batch_norm->weight, batch_norm->bias, batch_norm->running_mean, batch_norm->running_var,
                         false, 0.0, batch_norm->options.eps(), false);
      y = without_padding(y, valid, true);
    }
    y = apply_conv1d(conv, y);
    return at::gelu(y.narrow(2, 0, x.size(1))).transpose(1, 2).to(at::kFloat);
  }
  nn::Conv1d conv;
  nn::BatchNorm1d batch_norm{nullptr};
};
TORCH_MODULE(PositionEmbedding);

/// WavLM's attention: a learnt bias by distance, shared by all layers, times a gate of each layer, head and query.
struct AttentionImpl : SelfAttentionImpl {
  AttentionImpl(const Wav2vec2Config& c, bool first) : SelfAttentionImpl(c.hidden_size, c.heads) {
    if (c.model_type != "wavlm") return;
    gate_scale = register_parameter("gru_rel_pos_const", at::ones({1, c.heads, 1, 1}));
    gate = register_module("gru_rel_pos_linear", nn::Linear(c.hidden_size / c.heads, 8));
    if (first) distance_bias = register_module("rel_attn_embed", nn::Embedding(c.buckets, c.heads));
  }
  /// bias: [1, heads, time, time]; the gate is made of the attention's input x.
  at::Tensor gated(const at::Tensor& bias, const at::Tensor& x) const {
    const at::Tensor by_head = x.view({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
    const at::Tensor gates =
        apply_linear(gate, by_head).to(at::kFloat).view({x.size(0), heads, x.size(1), 2, 4}).sum(-1).sigmoid();
    const at::Tensor a = gates.select(3, 0).unsqueeze(3), b = gates.select(3, 1).unsqueeze(3);
    return (a * (b * gate_scale - 1) + 2) * bias;
  }
  at::Tensor gate_scale;
  nn::Linear gate{nullptr};
  nn::Embedding distance_bias{nullptr};
};
TORCH_MODULE(Attention);

struct FeedForwardImpl : nn::Module {
  explicit FeedForwardImpl(const Wav2vec2Config& c)
      : intermediate_dense(register_module("intermediate_dense", nn::Linear(c.hidden_size, c.intermediate_size))),
        output_dense(register_module("output_dense", nn::Linear(c.intermediate_size, c.hidden_size))) {}
  at::Tensor forward(const at::Tensor& x, const TrainingNoise& noise) const {
    return apply_linear(output_dense, dropped(at::gelu(apply_linear(intermediate_dense, x)), noise.activation));
  }
  nn::Linear intermediate_dense, output_dense;
};
TORCH_MODULE(FeedForward);

struct LayerImpl : nn::Module {
  LayerImpl(const Wav2vec2Config& c, bool first)
      : pre_norm(c.pre_norm),
        attention(register_module("attention", Attention(c, first))),
        layer_norm(register_module("layer_norm", norm(c))),
        feed_forward(register_module("feed_forward", FeedForward(c))),
        final_layer_norm(register_module("final_layer_norm", norm(c))) {}
  static nn::LayerNorm norm(const Wav2vec2Config& c) {
    return nn::LayerNorm(nn::LayerNormOptions({c.hidden_size}).eps(c.layer_norm_eps));
  }
  /// bias: WavLM's [1, heads, time, time]; keys: [batch, 1, 1, time], true where there is a frame.
  at::Tensor forward(at::Tensor h, const std::optional<at::Tensor>& bias, const std::optional<at::Tensor>& keys,
                     const TrainingNoise& noise) const {
    const at::Tensor x = pre_norm ? apply_norm(layer_norm, h) : h;
    std::optional<at::Tensor> mask = keys;
    if (bias) {
      mask = attention->gated(*bias, x);
      if (keys) mask = mask->masked_fill(~*keys, -std::numeric_limits<float>::infinity());
    }
    h = h + dropped(attention->attend(x, mask), noise.hidden);
    const auto transformed = [&](const at::Tensor& y) {
      return dropped(feed_forward->forward(y, noise), noise.hidden);
    };
    if (pre_norm) return h + transformed(apply_norm(final_layer_norm, h));
    h = apply_norm(layer_norm, h);
    return apply_norm(final_layer_norm, h + transformed(h));
  }
  bool pre_norm;
  Attention attention;
  nn::LayerNorm layer_norm;
  FeedForward feed_forward;
  nn::LayerNorm final_layer_norm;
};
TORCH_MODULE(Layer);

struct TransformerImpl : nn::Module {
  explicit TransformerImpl(const Wav2vec2Config& c)
      : pos_conv_embed(register_module("pos_conv_embed", PositionEmbedding(c))),
        layer_norm(register_module("layer_norm", LayerImpl::norm(c))),
        layers(register_module("layers", nn::ModuleList())) {
    for (std::int64_t i = 0; i < c.layers; ++i) layers->push_back(Layer(c, i == 0));
  }
  PositionEmbedding pos_conv_embed;
  nn::LayerNorm layer_norm;
  nn::ModuleList layers;
};
TORCH_MODULE(Transformer);

class Wav2vec2 final : public Encoder {
 public:
  Wav2vec2(const Wav2vec2Config& config, GroupNormPadding padding)
      : config_(config),
        padding_(padding),
        feature_extractor_(register_module("feature_extractor", FeatureExtractor(config))),
        feature_projection_(register_module("feature_projection", FeatureProjection(config))),
        encoder_(register_module("encoder", Transformer(config))) {
    if (config.trained_with_masking)
      masked_spec_embed_ = register_parameter("masked_spec_embed", at::zeros({config.hidden_size}));
    noise = {config.hidden_dropout, config.activation_dropout, config.feat_proj_dropout,  config.layerdrop,
             config.mask_time_prob, config.mask_time_length,   config.mask_time_min_masks};
  }
  HiddenStates encode(const ClipBatch& batch) const override;
  HiddenStates encode_from(std::size_t layer, const at::Tensor& h, std::vector<std::int64_t> frames) const override;
  std::int64_t depth_of(const std::string& parameter) const override {
    if (parameter.starts_with("feature_extractor.")) return -1;
    if (parameter.starts_with("encoder.layer_norm.") && config_.pre_norm) return config_.layers + 1;
    return parameter.starts_with("encoder.layers.") ? block_of(parameter, "encoder.layers.") : 0;
  }
  int rate_hz() const override { return 16000; }
  std::size_t layer_count() const override { return static_cast<std::size_t>(config_.layers); }
  std::int64_t dimension() const override { return config_.hidden_size; }
  /// WavLM's bias takes memory with the square of the frames.
  double longest_seconds() const override {
    return config_.model_type == "wavlm" ? static_cast<double>(most_biased_frames) * frame_shift_seconds() : 0;
  }
  double frame_shift_seconds() const override {
    double hop = 1;
    for (const std::int64_t stride : config_.conv_stride) hop *= static_cast<double>(stride);
    return hop / rate_hz();
  }

 private:
  at::Tensor normalised(const ClipBatch& batch) const;
  at::Tensor features(const ClipBatch& batch) const;
  at::Tensor masked(const at::Tensor& h, const ClipBatch& batch, const std::vector<std::int64_t>& frames) const;
  void run_blocks(HiddenStates& states, std::size_t first) const;
  std::optional<at::Tensor> distance_bias(std::int64_t time, const at::Tensor& like) const;

  Wav2vec2Config config_;
  GroupNormPadding padding_;
  FeatureExtractor feature_extractor_;
  FeatureProjection feature_projection_;
  Transformer encoder_;
  at::Tensor masked_spec_embed_;
};

/// Each clip to mean 0 and variance 1 over its own samples.
at::Tensor Wav2vec2::normalised(const ClipBatch& batch) const {
  if (!config_.normalise_samples) return batch.samples;
  at::Tensor out = at::zeros_like(batch.samples);
  for (std::size_t i = 0; i < batch.lengths.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    const at::Tensor clip = batch.samples[row].narrow(0, 0, batch.lengths[i]);
    const at::Tensor centred = clip - clip.mean();
    out[row].narrow(0, 0, batch.lengths[i]).copy_(centred / (centred.square().mean() + 1e-7).sqrt());
  }
  return out;
}

/// [batch, frames, channels of the last convolution].
at::Tensor Wav2vec2::features(const ClipBatch& batch) const {
  at::Tensor x = normalised(batch).unsqueeze(1);
  std::vector<std::int64_t> lengths = batch.lengths;
  for (std::size_t i = 0; i < config_.conv_kernel.size(); ++i) {
    for (std::int64_t& n : lengths) n = (n - config_.conv_kernel[i]) / config_.conv_stride[i] + 1;
    const std::int64_t longest = (x.size(2) - config_.conv_kernel[i]) / config_.conv_stride[i] + 1;
    std::optional<at::Tensor> valid;
    if (i == 0 && !config_.layer_norm_features && padding_ == GroupNormPadding::excluded)
      valid = valid_frames(lengths, longest, x.device());
    x = feature_extractor_->conv_layers->at<ConvLayerImpl>(i).forward(x, valid);
  }
  return x.transpose(1, 2);
}

std::optional<at::Tensor> Wav2vec2::distance_bias(std::int64_t time, const at::Tensor& like) const {
  const auto& table = encoder_->layers->at<LayerImpl>(0).attention->distance_bias;
  if (!table) return std::nullopt;
  std::vector<std::int64_t> buckets;
  for (std::int64_t distance = 1 - time; distance < time; ++distance)
    buckets.push_back(relative_position_bucket(distance, config_.buckets, config_.max_bucket_distance));
  const at::Tensor index = at::tensor(buckets, at::kLong).to(like.device());
  // Row q of the bias is a window of the biases by distance, which begins at distance -q.
  const at::Tensor by_distance = at::embedding(table->weight, index).transpose(0, 1);
  return by_distance.unfold(1, time, 1).flip(1).unsqueeze(0);
}

/// h with the learnt vector in the frames that the batch's keys draw.
at::Tensor Wav2vec2::masked(const at::Tensor& h, const ClipBatch& batch,
                            const std::vector<std::int64_t>& frames) const {
  if (!is_training() || noise.mask_time <= 0 || batch.mask_keys.empty() || !masked_spec_embed_.defined()) return h;
  const at::Tensor mask = time_mask(batch.mask_keys, frames, h.size(1), noise).to(h.device());
  return at::where(mask.unsqueeze(2), masked_spec_embed_, h);
}

/// Appends the outputs of the blocks from `first` on to what states.layers ends with.
void Wav2vec2::run_blocks(HiddenStates& states, std::size_t first) const {
  const TrainingNoise active = is_training() ? noise : TrainingNoise{};
  at::Tensor h = states.layers.back();
  const std::optional<at::Tensor> keys = key_mask(valid_frames(states.frames, h.size(1), h.device()));
  const std::optional<at::Tensor> bias = distance_bias(h.size(1), h);
  for (std::size_t i = first; i < top_layer(); ++i) {
    // The first block of WavLM has the bias of all and is never skipped.
    const bool skip = active.layer_drop > 0 && !(bias && i == 0) && at::rand({1}).item<double>() < active.layer_drop;
    if (!skip) h = encoder_->layers->at<LayerImpl>(i).forward(h, bias, keys, active);
    states.layers.push_back(h);
  }
  if (config_.pre_norm && top_layer() == layer_count()) states.layers.back() = apply_norm(encoder_->layer_norm, h);
}

HiddenStates Wav2vec2::encode(const ClipBatch& batch) const {
  HiddenStates out;
  for (const std::int64_t samples : batch.lengths) {
    out.frames.push_back(frames_of_samples(config_, samples));
    if (out.frames.back() == 0)
      throw_error<DataError>("the clip has {} samples, too few for one frame of the encoder", samples);
  }
  const TrainingNoise active = is_training() ? noise : TrainingNoise{};
  at::Tensor h = dropped(feature_projection_->forward(features(batch)), active.projection);
  h = masked(h, batch, out.frames);
  const std::optional<at::Tensor> valid = valid_frames(out.frames, h.size(1), h.device());
  h = without_padding(h, valid);
  h = h + encoder_->pos_conv_embed->forward(h, valid);
  if (!config_.pre_norm) h = apply_norm(encoder_->layer_norm, h);
  out.layers.push_back(dropped(h, active.hidden));
  run_blocks(out, 0);
  return out;
}

HiddenStates Wav2vec2::encode_from(std::size_t layer, const at::Tensor& h, std::vector<std::int64_t> frames) const {
  if (layer >= layer_count()) return Encoder::encode_from(layer, h, std::move(frames));
  HiddenStates out{{h}, std::move(frames)};
  run_blocks(out, layer);
  return out;
}

}  // namespace

std::int64_t relative_position_bucket(std::int64_t distance, std::int64_t buckets, std::int64_t max_distance) {
  const std::int64_t half = buckets / 2, exact = half / 2, base = distance > 0 ? half : 0, a = std::abs(distance);
  if (a < exact) return base + a;
  const double log_ratio = std::log(static_cast<double>(a) / static_cast<double>(exact)) /
                           std::log(static_cast<double>(max_distance) / static_cast<double>(exact));
  const auto far = exact + static_cast<std::int64_t>(log_ratio * static_cast<double>(half - exact));
  return base + std::min(half - 1, far);
}

std::shared_ptr<Encoder> make_wav2vec2(const Wav2vec2Config& config, GroupNormPadding padding) {
  return std::make_shared<Wav2vec2>(config, padding);
}

}  // namespace ser
