#include <ser/base/error.h>
#include <ser/features/mel.h>
#include <ser/nn/encoders/layers.h>
#include <ser/nn/encoders/model_config.h>
#include <ser/nn/encoders/whisper.h>

#include <algorithm>

namespace ser {
namespace {

namespace nn = torch::nn;

constexpr std::int64_t fft_length = 400, hop = 160, samples_per_frame = 2 * hop;

at::Tensor mel_filters(std::int64_t mels) {
  MelBankOptions options;
  options.num_mels = static_cast<int>(mels);
  options.low_hz = 0;
  options.high_hz = 8000;
  options.scale = "slaney";
  options.triangles = "hz";
  options.normalisation = "slaney";
  const Matrix filters = MelBank(options, fft_length, 16000).dense(fft_length / 2 + 1);
  return at::from_blob(const_cast<float*>(filters.values.data()), {mels, fft_length / 2 + 1}, at::kFloat).clone();
}

struct LayerImpl : nn::Module {
  explicit LayerImpl(const WhisperConfig& c)
      : self_attn(register_module("self_attn",
                                  nn::ModuleHolder<SelfAttentionImpl>(c.d_model, c.encoder_attention_heads, false))),
        self_attn_layer_norm(register_module("self_attn_layer_norm", nn::LayerNorm(nn::LayerNormOptions({c.d_model})))),
        fc1(register_module("fc1", nn::Linear(c.d_model, c.encoder_ffn_dim))),
        fc2(register_module("fc2", nn::Linear(c.encoder_ffn_dim, c.d_model))),
        final_layer_norm(register_module("final_layer_norm", nn::LayerNorm(nn::LayerNormOptions({c.d_model})))) {}
  at::Tensor forward(at::Tensor h, const std::optional<at::Tensor>& keys, const TrainingNoise& noise) const {
    h = h + dropped(self_attn->attend(apply_norm(self_attn_layer_norm, h), keys), noise.hidden);
    const at::Tensor wide = dropped(at::gelu(apply_linear(fc1, apply_norm(final_layer_norm, h))), noise.activation);
    return h + dropped(apply_linear(fc2, wide), noise.hidden);
  }
  nn::ModuleHolder<SelfAttentionImpl> self_attn;
  nn::LayerNorm self_attn_layer_norm;
  nn::Linear fc1, fc2;
  nn::LayerNorm final_layer_norm;
};
TORCH_MODULE(Layer);

class Whisper final : public Encoder {
 public:
  Whisper(const WhisperConfig& c, WhisperPadding padding)
      : config_(c),
        padding_(padding),
        conv1_(register_module("conv1", nn::Conv1d(nn::Conv1dOptions(c.num_mel_bins, c.d_model, 3).padding(1)))),
        conv2_(register_module("conv2", nn::Conv1d(nn::Conv1dOptions(c.d_model, c.d_model, 3).stride(2).padding(1)))),
        embed_positions_(register_module("embed_positions", nn::Embedding(c.max_source_positions, c.d_model))),
        layers_(register_module("layers", nn::ModuleList())),
        layer_norm_(register_module("layer_norm", nn::LayerNorm(nn::LayerNormOptions({c.d_model})))) {
    for (std::int64_t i = 0; i < c.encoder_layers; ++i) layers_->push_back(Layer(c));
    noise.hidden = c.dropout;
    noise.activation = c.activation_dropout;
    noise.layer_drop = c.encoder_layerdrop;
  }
  HiddenStates encode(const ClipBatch& batch) const override;
  HiddenStates encode_from(std::size_t layer, const at::Tensor& h, std::vector<std::int64_t> frames) const override;
  std::int64_t depth_of(const std::string& parameter) const override {
    if (parameter.starts_with("conv")) return -1;
    if (parameter.starts_with("layer_norm.")) return config_.encoder_layers + 1;
    return parameter.starts_with("layers.") ? block_of(parameter, "layers.") : 0;
  }
  int rate_hz() const override { return 16000; }
  std::size_t layer_count() const override { return static_cast<std::size_t>(config_.encoder_layers); }
  std::int64_t dimension() const override { return config_.d_model; }
  double frame_shift_seconds() const override { return static_cast<double>(samples_per_frame) / rate_hz(); }
  double longest_seconds() const override {
    return static_cast<double>(config_.max_source_positions) * frame_shift_seconds();
  }

 private:
  at::Tensor log_mel(const ClipBatch& batch, const std::vector<std::int64_t>& frames) const;
  std::vector<std::int64_t> frames_of(const ClipBatch& batch) const;
  void run_blocks(HiddenStates& states, std::size_t first, const std::optional<at::Tensor>& keys) const;

  WhisperConfig config_;
  WhisperPadding padding_;
  nn::Conv1d conv1_, conv2_;
  nn::Embedding embed_positions_;
  nn::ModuleList layers_;
  nn::LayerNorm layer_norm_;
};

std::vector<std::int64_t> Whisper::frames_of(const ClipBatch& batch) const {
  std::vector<std::int64_t> frames;
  for (const std::int64_t samples : batch.lengths) {
    frames.push_back((samples + samples_per_frame - 1) / samples_per_frame);
    if (samples == 0) throw_error<DataError>("the clip has no samples");
    if (frames.back() > config_.max_source_positions)
      throw_error<DataError>("the clip has {} frames, the model's position table {}", frames.back(),
                             config_.max_source_positions);
  }
  return frames;
}

/// [batch, mels, 2 * longest], zeros after each clip's frames.
at::Tensor Whisper::log_mel(const ClipBatch& batch, const std::vector<std::int64_t>& frames) const {
  const std::int64_t longest = *std::max_element(frames.begin(), frames.end());
  at::Tensor out =
      at::zeros({static_cast<std::int64_t>(frames.size()), config_.num_mel_bins, 2 * longest}, batch.samples.options());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    out[row]
        .narrow(1, 0, 2 * frames[i])
        .copy_(whisper_log_mel(batch.samples[row].narrow(0, 0, batch.lengths[i]), config_.num_mel_bins, frames[i],
                               config_.max_source_positions * samples_per_frame));
  }
  return out;
}

HiddenStates Whisper::encode(const ClipBatch& batch) const {
  HiddenStates out;
  out.frames = frames_of(batch);
  std::vector<std::int64_t> seen = out.frames;
  if (padding_ == WhisperPadding::whole_window) seen.assign(seen.size(), config_.max_source_positions);
  const std::int64_t time = *std::max_element(seen.begin(), seen.end());
  std::vector<std::int64_t> mel_frames;
  for (const std::int64_t n : seen) mel_frames.push_back(2 * n);

  const at::Tensor mel = log_mel(batch, seen);
  const auto valid_mel = valid_frames(mel_frames, 2 * time, mel.device()),
             valid = valid_frames(seen, time, mel.device());
  at::Tensor h = without_padding(at::gelu(apply_conv1d(conv1_, mel)), valid_mel, true);
  h = at::gelu(apply_conv1d(conv2_, h)).transpose(1, 2).to(at::kFloat) + embed_positions_->weight.narrow(0, 0, time);
  out.layers.push_back(is_training() ? dropped(h, noise.hidden) : h);
  run_blocks(out, 0, key_mask(valid));
  return out;
}

/// Appends the outputs of the blocks from `first` on to what states.layers ends with.
void Whisper::run_blocks(HiddenStates& states, std::size_t first, const std::optional<at::Tensor>& keys) const {
  const TrainingNoise active = is_training() ? noise : TrainingNoise{};
  at::Tensor h = states.layers.back();
  for (std::size_t i = first; i < top_layer(); ++i) {
    const bool skip = active.layer_drop > 0 && at::rand({1}).item<double>() < active.layer_drop;
    if (!skip) h = layers_->at<LayerImpl>(i).forward(h, keys, active);
    states.layers.push_back(h);
  }
  if (top_layer() == layer_count()) states.layers.back() = apply_norm(layer_norm_, h);
}

HiddenStates Whisper::encode_from(std::size_t layer, const at::Tensor& h, std::vector<std::int64_t> frames) const {
  if (padding_ == WhisperPadding::whole_window)
    throw UsageError("Whisper can be continued from a layer only without its padding to 30 s (whisper_pad none)");
  if (layer >= layer_count()) return Encoder::encode_from(layer, h, std::move(frames));
  HiddenStates out{{h}, std::move(frames)};
  run_blocks(out, layer, key_mask(valid_frames(out.frames, h.size(1), h.device())));
  return out;
}

}  // namespace

WhisperConfig read_whisper_config(const std::filesystem::path& folder) {
  const nlohmann::json json = read_model_config(folder);
  if (const std::string type = config_value(json, "model_type", std::string()); type != "whisper")
    throw_error<DataError>("{}/config.json: model_type '{}' is no Whisper", folder.string(), type);
  if (const std::string name = config_value(json, "activation_function", std::string("gelu")); name != "gelu")
    throw_error<DataError>("{}/config.json: activation_function '{}' is not supported", folder.string(), name);
  WhisperConfig c;
  for (auto& [key, field] : {std::pair<const char*, std::int64_t&>{"d_model", c.d_model},
                             {"encoder_layers", c.encoder_layers},
                             {"encoder_attention_heads", c.encoder_attention_heads},
                             {"encoder_ffn_dim", c.encoder_ffn_dim},
                             {"num_mel_bins", c.num_mel_bins},
                             {"max_source_positions", c.max_source_positions}}) {
    field = config_value(json, key, field);
    if (field <= 0 || field > 65536) throw_error<DataError>("{}/config.json: {} is {}", folder.string(), key, field);
  }
  check_preprocessor(
      read_preprocessor_config(folder),
      {{"sampling_rate", 16000}, {"hop_length", hop}, {"n_fft", fft_length}, {"feature_size", c.num_mel_bins}}, folder);
  for (auto& [key, field] : {std::pair<const char*, double&>{"dropout", c.dropout},
                             {"activation_dropout", c.activation_dropout},
                             {"encoder_layerdrop", c.encoder_layerdrop}})
    field = config_value(json, key, field);
  if (c.d_model % c.encoder_attention_heads != 0)
    throw_error<DataError>("{}/config.json: d_model is no multiple of the heads", folder.string());
  return c;
}

std::shared_ptr<Encoder> make_whisper(const WhisperConfig& config, WhisperPadding padding) {
  return std::make_shared<Whisper>(config, padding);
}

at::Tensor whisper_log_mel(const at::Tensor& samples, std::int64_t mels, std::int64_t frames, std::int64_t window) {
  // As much silence as the frames look at; the window's end, where the reference mirrors the signal, may come before.
  const std::int64_t length = std::min(window, 2 * frames * hop + fft_length);
  const std::int64_t kept = std::min(samples.size(0), length);
  const at::Tensor padded = at::constant_pad_nd(samples.narrow(0, 0, kept), {0, length - kept});
  const at::Tensor spectrum =
      at::stft(padded, fft_length, hop, fft_length, at::hann_window(fft_length, true, samples.options()), true,
               "reflect", false, true, true);
  const at::Tensor power = spectrum.abs().square().narrow(1, 0, 2 * frames);
  const at::Tensor filters = mel_filters(mels).to(samples.device());
  const at::Tensor logarithm = at::matmul(filters, power).clamp_min(1e-10).log10();
  return (at::maximum(logarithm, logarithm.max() - 8) + 4) / 4;
}

}  // namespace ser
