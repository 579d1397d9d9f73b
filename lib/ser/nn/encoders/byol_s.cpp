#include <ser/base/error.h>
#include <ser/features/mel.h>
#include <ser/nn/encoders/byol_s.h>
#include <ser/nn/encoders/layers.h>

#include <limits>

namespace ser {
namespace {

namespace nn = torch::nn;

constexpr std::int64_t fft_length = 1024, window_length = 400, hop = 160, mels = 64, channels = 64, width = 512,
                       pooling = 8;

class ByolS final : public Encoder {
 public:
  explicit ByolS(const ByolSOptions& options)
      : options_(options), features_(register_module("features", nn::Sequential())) {
    for (std::int64_t in = 1; features_->size() < 12; in = channels) {
      features_->push_back(nn::Conv2d(nn::Conv2dOptions(in, channels, 3).padding(1)));
      features_->push_back(nn::BatchNorm2d(channels));
      features_->push_back(nn::ReLU());
      features_->push_back(nn::MaxPool2d(2));
    }
    fc_ = register_module("fc", nn::Sequential(nn::Linear(channels * mels / pooling, width), nn::ReLU(),
                                               nn::Dropout(0.3), nn::Linear(width, width), nn::ReLU()));
  }
  HiddenStates encode(const ClipBatch& batch) const override;
  int rate_hz() const override { return 16000; }
  std::size_t layer_count() const override { return 0; }
  std::int64_t depth_of(const std::string& parameter) const override { return parameter.starts_with("fc.") ? 0 : -1; }
  std::int64_t dimension() const override { return width; }
  double frame_shift_seconds() const override { return static_cast<double>(pooling * hop) / rate_hz(); }

 private:
  at::Tensor block(std::size_t i, const at::Tensor& x) const;

  ByolSOptions options_;
  nn::Sequential features_, fc_{nullptr};
};

/// Log-mel spectrum with torchaudio's defaults. samples: [n]; returns [mels, n / hop + 1].
at::Tensor log_mel(const at::Tensor& samples) {
  MelBankOptions bank;
  bank.num_mels = mels;
  bank.low_hz = 60;
  bank.high_hz = 7800;
  bank.scale = "htk";
  bank.triangles = "hz";
  const Matrix dense = MelBank(bank, fft_length, 16000).dense(fft_length / 2 + 1);
  const at::Tensor filters =
      at::from_blob(const_cast<float*>(dense.values.data()), {mels, fft_length / 2 + 1}, at::kFloat)
          .to(samples.device());
  const at::Tensor spectrum =
      at::stft(samples, fft_length, hop, window_length, at::hann_window(window_length, true, samples.options()), true,
               "reflect", false, true, true);
  return (at::matmul(filters, spectrum.abs().square()) + std::numeric_limits<float>::epsilon()).log();
}

/// Convolution, batch norm with its running statistics, ReLU, pooling of two by two. x: [batch, channels, mels, time].
at::Tensor ByolS::block(std::size_t i, const at::Tensor& x) const {
  const auto& conv = *features_->ptr(4 * i)->as<nn::Conv2dImpl>();
  const auto& norm = *features_->ptr(4 * i + 1)->as<nn::BatchNorm2dImpl>();
  const at::Tensor y = at::conv2d(x.to(conv.weight.scalar_type()), conv.weight, conv.bias, 1, 1).to(at::kFloat);
  const at::Tensor normed = at::batch_norm(y, norm.weight, norm.bias, norm.running_mean, norm.running_var, false, 0.0,
                                           norm.options.eps(), false);
  return at::max_pool2d(at::relu(normed), 2);
}

HiddenStates ByolS::encode(const ClipBatch& batch) const {
  HiddenStates out;
  std::vector<at::Tensor> clips;
  std::vector<std::int64_t> lengths;
  for (std::size_t i = 0; i < batch.lengths.size(); ++i) {
    lengths.push_back(batch.lengths[i] / hop + 1);
    out.frames.push_back(lengths.back() / pooling);
    if (batch.lengths[i] <= fft_length / 2 || out.frames.back() == 0)
      throw_error<DataError>("the clip has {} samples, too few for one frame of the encoder", batch.lengths[i]);
    const at::Tensor clip = batch.samples[static_cast<std::int64_t>(i)].narrow(0, 0, batch.lengths[i]);
    clips.push_back(((log_mel(clip) - options_.mean) / options_.deviation).transpose(0, 1));
  }
  at::Tensor x = nn::utils::rnn::pad_sequence(clips, true).transpose(1, 2).unsqueeze(1);
  for (std::size_t i = 0; i < 3; ++i) {
    x = block(i, x);
    for (std::int64_t& length : lengths) length /= 2;
    if (const auto valid = valid_frames(lengths, x.size(3), x.device()))
      x = x.masked_fill(~valid->unsqueeze(1).unsqueeze(1), 0);
  }
  x = x.permute({0, 3, 2, 1}).flatten(2);
  const auto linear = [&](std::size_t i, const at::Tensor& input) {
    const auto& map = *fc_->ptr(i)->as<nn::LinearImpl>();
    return at::relu(at::linear(input.to(map.weight.scalar_type()), map.weight, map.bias));
  };
  out.layers.push_back(linear(3, linear(0, x)).to(at::kFloat));
  return out;
}

}  // namespace

std::shared_ptr<Encoder> make_byol_s(const ByolSOptions& options) { return std::make_shared<ByolS>(options); }

}  // namespace ser
