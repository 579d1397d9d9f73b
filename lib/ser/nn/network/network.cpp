#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/nn/network/network.h>

#include <algorithm>

namespace ser {

Network::Network(const NetworkOptions& options, const NetworkInputShape& shape, std::shared_ptr<Encoder> encoder,
                 std::int64_t outputs)
    : options_(options), shape_(shape) {
  std::size_t available = shape.layers;
  dimension_ = static_cast<std::int64_t>(shape.columns / shape.layers);
  if (encoder) {
    encoder_ = register_module("encoder", std::move(encoder));
    available = encoder_->layer_count() + 1 - shape.continue_from.value_or(0);
    dimension_ = encoder_->dimension();
  }
  const auto wanted = parse_integer(options.layers);
  const std::size_t lowest = shape.continue_from.value_or(0);
  if (wanted && (static_cast<std::size_t>(*wanted) < lowest || static_cast<std::size_t>(*wanted) >= lowest + available))
    throw_error<UsageError>("network.layers: there is no layer {}; there are {} to {}", *wanted, lowest,
                            lowest + available - 1);
  if (encoder_) {
    if (wanted) encoder_->highest_layer = static_cast<std::size_t>(*wanted);
    set_tuned(*encoder_, options.encoder.tune);
  }
  layers_ = options.layers == "sum" ? static_cast<std::int64_t>(available) : 1;
  if (layers_ > 1) layer_weights_ = register_parameter("layer_weights", at::zeros({layers_}));
  if (options.standardise) {
    mean_ = register_buffer("input_mean", at::zeros({layers_, dimension_}));
    deviation_ = register_buffer("input_deviation", at::ones({layers_, dimension_}));
  }
  if (options.task == "dimensions") {
    output_mean_ = register_buffer("output_mean", at::zeros({outputs}));
    output_deviation_ = register_buffer("output_deviation", at::ones({outputs}));
  }
  if (options.average_frames > 1 && encoder_ && encoder_->clip_states() > 0)
    throw UsageError("network.average_frames: this encoder's first states are of the whole clip, not of frames");
  body_ = make_body(options.body, dimension_, options.body_options);
  if (body_) register_module("body", body_);
  if (options.frame_attention > 0)
    frame_attention_ = register_module("frame_attention",
                                       std::make_shared<FrameAttention>(frame_dimension(), options.frame_attention));
  pooling_ = register_module("pooling", make_pooling(options.pooling, frame_dimension(), options.pooling_options,
                                                     encoder_ && !body_ ? encoder_->clip_states() : 0));
  head_ = register_module("head", make_head(options.head, pooling_->dimension(), outputs, options.head_options));
}

std::vector<at::Tensor> Network::chosen(std::vector<at::Tensor> layers) const {
  if (options_.layers == "sum") return layers;
  if (options_.layers == "last") return {layers.back()};
  return {layers.at(static_cast<std::size_t>(*parse_integer(options_.layers)) - shape_.continue_from.value_or(0))};
}

/// Clip by clip, windows encoded by themselves and joined. A rest too short for a frame adds none.
HiddenStates Network::encode_windows(const NetworkInput& input, std::int64_t window) const {
  std::vector<std::vector<at::Tensor>> clips;  // [layer][clip] of [frames, dimension]
  HiddenStates out;
  for (std::size_t i = 0; i < input.lengths.size(); ++i) {
    std::vector<std::vector<at::Tensor>> parts;
    std::int64_t frames = 0;
    for (std::int64_t begin = 0; begin < input.lengths[i]; begin += window) {
      const std::int64_t size = std::min(window, input.lengths[i] - begin);
      HiddenStates states;
      try {
        states = encoder_->encode(
            {input.values[static_cast<std::int64_t>(i)].narrow(0, begin, size).unsqueeze(0), {size}, {}});
      } catch (const DataError&) {
        if (begin == 0) throw;
        break;
      }
      parts.resize(states.layers.size());
      for (std::size_t k = 0; k < parts.size(); ++k)
        parts[k].push_back(states.layers[k][0].narrow(0, 0, states.frames[0]));
      frames += states.frames[0];
    }
    out.frames.push_back(frames);
    clips.resize(parts.size());
    for (std::size_t k = 0; k < parts.size(); ++k) clips[k].push_back(at::cat(parts[k], 0));
  }
  for (const auto& layer : clips) out.layers.push_back(torch::nn::utils::rnn::pad_sequence(layer, true));
  return out;
}

HiddenStates Network::encode(const NetworkInput& input) const {
  if (shape_.continue_from) return encoder_->encode_from(*shape_.continue_from, input.values, input.lengths);
  const auto window = static_cast<std::int64_t>(window_seconds() * encoder_->rate_hz());
  const std::int64_t longest = *std::max_element(input.lengths.begin(), input.lengths.end());
  if (longest > window) return encode_windows(input, window);
  return encoder_->encode({input.values, input.lengths, input.keys});
}

double Network::window_seconds() const {
  const double most = options_.encoder.max_seconds, longest = encoder_->longest_seconds();
  return longest > 0 ? std::min(most, longest) : most;
}

FrameBatch Network::layer_frames(const NetworkInput& input) const {
  if (encoder_) {
    const at::AutoGradMode gradients(at::GradMode::is_enabled() && tunes_encoder());
    HiddenStates states = encode(input);
    return {at::stack(chosen(std::move(states.layers)), 2), std::move(states.frames)};
  }
  const auto stored = static_cast<std::int64_t>(shape_.layers);
  const at::Tensor x = input.values.view({input.values.size(0), input.values.size(1), stored, dimension_});
  if (options_.layers == "sum") return {x, input.lengths};
  const std::int64_t layer = options_.layers == "last" ? stored - 1 : *parse_integer(options_.layers);
  return {x.narrow(2, layer, 1), input.lengths};
}

/// Layers standardised and summed: [batch, longest, layers, dimension] to [batch, longest, dimension]. Layer by layer,
/// since the products of all at once would not stay in the processor's cache.
at::Tensor Network::summed(const at::Tensor& x) const {
  const at::Tensor shares =
      layers_ > 1 ? layer_weights_.softmax(0).unsqueeze(1) : at::ones({1, 1}, x.options().dtype(at::kFloat));
  const at::Tensor scale = options_.standardise ? shares / deviation_ : shares.expand({layers_, dimension_});
  at::Tensor sum = options_.standardise ? -(scale * mean_).sum(0) : at::zeros({dimension_}, scale.options());
  for (std::int64_t layer = 0; layer < layers_; ++layer) sum = at::addcmul(sum, x.select(2, layer), scale[layer]);
  return sum;
}

/// x with SpecAugment's masks, filled with 0: the mean of standardised inputs.
at::Tensor Network::masked(const FrameBatch& batch, const std::vector<std::uint64_t>& keys) const {
  if (!is_training() || options_.spec_augment.probability <= 0 || keys.empty()) return batch.x;
  at::Tensor keep = at::ones_like(batch.x);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    at::Tensor clip = keep[static_cast<std::int64_t>(i)];
    const SpecAugmentMasks masks = draw_spec_augment(options_.spec_augment, static_cast<std::size_t>(batch.frames[i]),
                                                     static_cast<std::size_t>(batch.x.size(2)), {keys[i], 0, ""});
    for (const MaskSpan& s : masks.time)
      clip.narrow(0, static_cast<std::int64_t>(s.first), static_cast<std::int64_t>(s.count)).zero_();
    for (const MaskSpan& s : masks.frequency)
      clip.narrow(1, static_cast<std::int64_t>(s.first), static_cast<std::int64_t>(s.count)).zero_();
  }
  return batch.x * keep;
}

NetworkOutput Network::forward(const NetworkInput& input) {
  FrameBatch batch = layer_frames(input);
  NetworkOutput out;
  out.input_frames = batch.frames;
  batch.x = summed(batch.x);
  if (options_.average_frames > 1) batch = batch.averaged(options_.average_frames);
  batch.x = masked(batch, input.keys);
  if (body_) {
    batch = body_->forward(batch);
    batch.x = batch.x.to(at::kFloat);
  }
  if (frame_attention_) {
    batch = frame_attention_->forward(batch);
    batch.x = batch.x.to(at::kFloat);
  }
  const Pooled pooled = pooling_->pool(batch);
  out.frames = std::move(batch);
  out.frame_weights = pooled.frame_weights;
  out.embedding = pooled.vector;
  out.features = head_->features(pooled.vector);
  out.outputs = head_->outputs(out.features).to(at::kFloat);
  if (output_mean_.defined()) out.outputs = out.outputs * output_deviation_ + output_mean_;
  return out;
}

void Network::set_standardisation(const at::Tensor& mean, const at::Tensor& deviation) {
  const at::NoGradGuard no_gradients;
  mean_.copy_(mean);
  deviation_.copy_(deviation);
}

void Network::set_output_scale(const at::Tensor& mean, const at::Tensor& deviation) {
  const at::NoGradGuard no_gradients;
  output_mean_.copy_(mean);
  output_deviation_.copy_(deviation);
}

std::vector<double> Network::layer_shares() const {
  if (layers_ <= 1) return {};
  const at::Tensor shares = layer_weights_.detach().softmax(0).to(at::kCPU, at::kDouble).contiguous();
  return {shares.const_data_ptr<double>(), shares.const_data_ptr<double>() + shares.numel()};
}

void Network::set_training(bool on) {
  train(on);
  if (encoder_ && !tunes_encoder()) encoder_->eval();
}

}  // namespace ser
