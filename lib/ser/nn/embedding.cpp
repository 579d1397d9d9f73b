#include <ATen/Parallel.h>
#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/nn/embedding.h>
#include <ser/nn/encoders/load_encoder.h>

#include <algorithm>

namespace ser {

EncoderEmbedding::EncoderEmbedding(const EmbeddingOptions& options) : options_(options) {
  EncoderOptions encoder;
  encoder.whisper_pad = options.whisper_pad;
  encoder.precision = options.precision;
  encoder.byol_s_mean = options.byol_s_mean;
  encoder.byol_s_deviation = options.byol_s_deviation;
  encoder_ = load_encoder(options.model, encoder);
  const std::size_t last = encoder_->layer_count();
  if (options.layer == "all") {
    last_layer_ = last;
  } else if (options.layer == "last") {
    first_layer_ = last_layer_ = last;
  } else {
    const auto layer = parse_integer(options.layer);
    if (!layer || *layer < 0 || static_cast<std::size_t>(*layer) > last)
      throw_error<UsageError>("layer '{}': this model has 0 to {}, or last, or all", options.layer, last);
    first_layer_ = last_layer_ = static_cast<std::size_t>(*layer);
  }
  encoder_->highest_layer = last_layer_;
  if (options.pool == "first" && encoder_->clip_states() == 0)
    throw UsageError("pool 'first': this model has no states that stand for the whole clip; take mean or max");
  const double longest = encoder_->longest_seconds();
  if (longest > 0) options_.max_seconds = std::min(options_.max_seconds, longest);
}

/// [planes, frames, dimension].
at::Tensor EncoderEmbedding::frames_of(std::span<const float> samples) const {
  const HiddenStates states = encoder_->encode(batch_of_clip(samples));
  const std::vector<at::Tensor> wanted(states.layers.begin() + static_cast<std::ptrdiff_t>(first_layer_),
                                       states.layers.begin() + static_cast<std::ptrdiff_t>(last_layer_) + 1);
  return at::cat(wanted, 0).narrow(1, 0, states.frames[0]);
}

/// Of each window; a rest that is too short for a frame has none.
std::vector<at::Tensor> EncoderEmbedding::windows_of(const Waveform& wave) const {
  const auto window = static_cast<std::size_t>(options_.max_seconds * wave.rate_hz);
  const std::span<const float> samples(wave.samples);
  if (samples.size() <= window) return {frames_of(samples)};
  std::vector<at::Tensor> parts;
  for (std::size_t begin = 0; begin < samples.size(); begin += window) {
    try {
      parts.push_back(frames_of(samples.subspan(begin, std::min(window, samples.size() - begin))));
    } catch (const DataError&) {
      if (parts.empty() || begin + window < samples.size()) throw;
    }
  }
  return parts;
}

/// [planes, dimension or twice that]. A window counts as much as it has frames.
at::Tensor EncoderEmbedding::pooled(const std::vector<at::Tensor>& windows) const {
  const at::Tensor states = at::cat(windows, 1);
  if (options_.pool == "first") {
    at::Tensor sum = at::zeros({states.size(0), states.size(2)}, states.options());
    for (const at::Tensor& window : windows)
      sum += window.narrow(1, 0, encoder_->clip_states()).mean(1) * window.size(1);
    return sum / states.size(1);
  }
  std::vector<at::Tensor> parts;
  if (options_.pool.starts_with("mean")) parts.push_back(states.mean(1));
  if (options_.pool.ends_with("max")) parts.push_back(states.amax(1));
  return at::cat(parts, 1);
}

Matrix EncoderEmbedding::embed(const Waveform& wave, bool pool) const {
  // Utterances are the parallelism: within one, a thread of its own.
  if (at::get_num_threads() != 1) at::set_num_threads(1);
  const c10::InferenceMode inference;
  const std::vector<at::Tensor> windows = windows_of(wave);
  at::Tensor states = pool ? pooled(windows) : at::cat(windows, 1);
  states = states.reshape({-1, states.size(-1)}).contiguous();
  if (!states.isfinite().all().item<bool>())
    throw_error<DataError>("the encoder gives values that are not finite: are its weights or options damaged?");
  Matrix out(static_cast<std::size_t>(states.size(0)), static_cast<std::size_t>(states.size(1)));
  std::copy_n(states.const_data_ptr<float>(), out.values.size(), out.values.begin());
  return out;
}

}  // namespace ser

/// Called through tensor_module_symbol(); the caller owns the backend.
extern "C" ser::EmbeddingBackend* ser_make_embedding_backend(const ser::EmbeddingOptions& options) {
  return new ser::EncoderEmbedding(options);
}
