#include <ser/base/error.h>
#include <ser/nn/network/bodies.h>
#include <ser/nn/network/spectrogram_layers.h>

#include <algorithm>

namespace ser {
namespace {

namespace nn = torch::nn;

/// [batch, channels, bands, time] as frames [batch, time, channels * bands].
FrameBatch to_frames(const Spectrogram& s) { return {s.x.permute({0, 3, 1, 2}).flatten(2), s.frames}; }

Spectrogram to_spectrogram(const FrameBatch& batch) {
  return {batch.zero_padded().transpose(1, 2).unsqueeze(1), batch.frames};
}

/// Blocks of convolution 3 x 3, batch norm, ReLU, and pooling of two by two where more than one band or frame is left.
class Cnn final : public Body {
 public:
  Cnn(std::int64_t bands, const BodyOptions& options)
      : dropout_(options.dropout), blocks_(register_module("blocks", nn::ModuleList())) {
    std::int64_t in = 1;
    for (const int out : options.channels) {
      blocks_->push_back(NormedConvolution(in, out, 3, 1));
      in = out;
      bands = (bands + 1) / 2;
    }
    dimension_ = in * bands;
  }
  FrameBatch forward(const FrameBatch& batch) override {
    Spectrogram s = to_spectrogram(batch);
    for (std::size_t i = 0; i < blocks_->size(); ++i) {
      s = blocks_->at<NormedConvolutionImpl>(i).forward(s);
      s = pool_by_two({at::relu(s.x), s.frames});
      if (dropout_ > 0) s.x = at::dropout(s.x, dropout_, is_training());
    }
    return to_frames(s);
  }
  std::int64_t dimension() const override { return dimension_; }
  std::int64_t stride() const override { return std::int64_t{1} << blocks_->size(); }

 private:
  double dropout_;
  nn::ModuleList blocks_;
  std::int64_t dimension_ = 0;
};

/// A convolution, then per stage two residual blocks (K. He et al., CVPR 2016), each later stage with half the bands
/// and frames; mean over the bands that are left.
class ResNet final : public Body {
 public:
  ResNet(std::int64_t, const BodyOptions& options)
      : dropout_(options.dropout),
        stride_(std::int64_t{1} << (options.channels.size() - 1)),
        stem_(register_module("stem", NormedConvolution(1, options.channels.front(), 3, 1))),
        blocks_(register_module("blocks", nn::ModuleList())) {
    std::int64_t in = options.channels.front();
    for (std::size_t stage = 0; stage < options.channels.size(); ++stage)
      for (int block = 0; block < 2; ++block) {
        blocks_->push_back(ResidualBlock(in, options.channels[stage], stage > 0 && block == 0 ? 2 : 1));
        in = options.channels[stage];
      }
    dimension_ = in;
  }
  FrameBatch forward(const FrameBatch& batch) override {
    Spectrogram s = stem_->forward(to_spectrogram(batch));
    s.x = at::relu(s.x);
    for (std::size_t i = 0; i < blocks_->size(); ++i) {
      s = blocks_->at<ResidualBlockImpl>(i).forward(s);
      if (dropout_ > 0 && i % 2 == 1) s.x = at::dropout(s.x, dropout_, is_training());
    }
    return {s.x.mean(2).transpose(1, 2), s.frames};
  }
  std::int64_t dimension() const override { return dimension_; }
  std::int64_t stride() const override { return stride_; }

 private:
  double dropout_;
  std::int64_t stride_;
  NormedConvolution stem_;
  nn::ModuleList blocks_;
  std::int64_t dimension_ = 0;
};

/// The LSTM ends at each clip's last frame, in both directions.
class CnnLstm final : public Body {
 public:
  CnnLstm(std::int64_t bands, const BodyOptions& options)
      : cnn_(register_module("cnn", std::make_shared<Cnn>(bands, options))),
        lstm_(register_module("lstm", nn::LSTM(nn::LSTMOptions(cnn_->dimension(), options.lstm_units)
                                                   .num_layers(options.lstm_layers)
                                                   .bidirectional(true)
                                                   .batch_first(true)
                                                   .dropout(options.lstm_layers > 1 ? 2 * options.dropout : 0)))) {}
  FrameBatch forward(const FrameBatch& batch) override {
    const FrameBatch in = cnn_->forward(batch);
    const at::Tensor lengths = at::tensor(in.frames, at::kLong);
    const auto packed = nn::utils::rnn::pack_padded_sequence(in.x, lengths, true, false);
    const auto out = std::get<0>(lstm_->forward_with_packed_input(packed));
    return {std::get<0>(nn::utils::rnn::pad_packed_sequence(out, true, 0.0, in.x.size(1))), in.frames};
  }
  std::int64_t dimension() const override { return 2 * lstm_->options.hidden_size(); }
  std::int64_t stride() const override { return cnn_->stride(); }

 private:
  std::shared_ptr<Cnn> cnn_;
  nn::LSTM lstm_;
};

template <class Kind>
std::shared_ptr<Body> make(std::int64_t dimension, const BodyOptions& options) {
  if (options.channels.empty()) throw UsageError("network.body_channels is empty");
  return std::make_shared<Kind>(dimension, options);
}

}  // namespace

const std::map<std::string, BodyFactory>& body_registry() {
  static const std::map<std::string, BodyFactory> registry{
      {"cnn", make<Cnn>}, {"resnet", make<ResNet>}, {"cnn-lstm", make<CnnLstm>}};
  return registry;
}

std::shared_ptr<Body> make_body(const std::string& name, std::int64_t dimension, const BodyOptions& options) {
  if (name == "none") return nullptr;
  const auto found = body_registry().find(name);
  if (found == body_registry().end()) throw_error<UsageError>("unknown body '{}'", name);
  return found->second(dimension, options);
}

}  // namespace ser
