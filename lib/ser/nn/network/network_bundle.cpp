#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/experiment/stored_layers.h>
#include <ser/features/embedding_set.h>
#include <ser/nn/encoders/load_encoder.h>
#include <ser/nn/network/network_bundle.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace fs = std::filesystem;
namespace {

constexpr double selftest_tolerance = 1e-4;
constexpr std::size_t selftest_samples = 160000;  // of an input, so that the file stays small

bool is_frozen_encoder(const Network& network, const std::string& name) {
  return name.starts_with("encoder.") && !network.tunes_encoder();
}

std::shared_ptr<Encoder> encoder_of(const NetworkEncoderOptions& options) {
  if (options.model.empty()) return nullptr;
  if (!fs::exists(options.model))
    throw_error<DataError>("{}: the encoder that this network stands on is not there", options.model);
  if (!options.model_hash.empty() && hash_of_model(options.model) != options.model_hash)
    throw_error<DataError>("{}: is not the encoder that this network was trained with", options.model);
  EncoderOptions encoder;
  encoder.whisper_pad = options.whisper_pad;
  encoder.group_norm = options.group_norm;
  encoder.byol_s_mean = options.byol_s_mean;
  encoder.byol_s_deviation = options.byol_s_deviation;
  std::shared_ptr<Encoder> loaded = load_encoder(options.model, encoder);
  TrainingNoise& noise = loaded->noise;
  if (options.dropout >= 0) noise.hidden = noise.activation = noise.projection = options.dropout;
  if (options.layer_drop >= 0) noise.layer_drop = options.layer_drop;
  if (options.mask_time >= 0) noise.mask_time = options.mask_time;
  if (options.mask_time_length > 0) noise.mask_length = options.mask_time_length;
  return loaded;
}

/// What a stored frame holds, from the description of its front end.
NetworkInputShape input_shape(const NetworkOptions& options, const BundleDescription& description) {
  NetworkInputShape shape;
  shape.columns = description.feature_names.size();
  const auto front_end = FeatureConfig::from_signature(description.feature_signature);
  if (front_end->set_name == "waveform") {
    if (options.encoder.model.empty())
      throw UsageError("a network on samples needs network.encoder.model, which makes frames of them");
    return shape;
  }
  if (front_end->set_name == "embedding")
    shape.layers = std::max<std::size_t>(1, stored_layers(description.feature_names));
  if (options.encoder.model.empty()) return shape;
  OptionTable table;
  front_end->describe(table);
  const Option* layer = table.find("embedding.layer");
  const Option* hash = table.find("embedding.model_hash");
  const std::string text = layer ? layer->values()[0] : "";
  if (front_end->set_name != "embedding" || text.empty() || !std::isdigit(static_cast<unsigned char>(text[0])) ||
      hash->values()[0] != options.encoder.model_hash)
    throw UsageError(
        "with --features and network.encoder.model together, the store must hold one numbered layer of that encoder "
        "('ser-extract embed --layer N --pool none'), from which the encoder goes on");
  shape.continue_from = static_cast<std::size_t>(std::stoul(text));
  return shape;
}

class NetworkClipModel final : public ClipModel {
 public:
  explicit NetworkClipModel(const fs::path& folder) : description_(read_bundle_description(folder)) {
    if (description_.kind != "network")
      throw_error<DataError>("{}: holds a {}, not a network", folder.string(), description_.kind);
    OptionTable table;
    describe_options(table, options_);
    table.load_yaml_text(description_.learner_options, (folder / "model.yaml").string());
    network_ = build_network(options_, description_);
    assign_network_weights(*network_, read_weights(folder / "model.safetensors"), folder.string());
    network_->set_training(false);
    check(folder / "selftest.safetensors");
  }
  const BundleDescription& description() const override { return description_; }
  std::string front_end() const override { return description_.feature_signature; }
  std::vector<std::string> dimensions() const override {
    return options_.task == "dimensions" ? options_.dimensions : std::vector<std::string>();
  }
  bool weighs_frames() const override { return weighs_frames_; }
  ClipPrediction predict(const Matrix& clip) const override {
    if (clip.columns != description_.feature_names.size())
      throw_error<DataError>("the network takes frames of {} values, this clip has {}",
                             description_.feature_names.size(), clip.columns);
    return prediction_of(*network_, options_, input_of_clip(clip, network_->rate_hz() > 0));
  }

 private:
  void check(const fs::path& path) {
    const NamedTensors selftest = read_weights(path);
    for (std::size_t i = 0; selftest.contains(fmt::format("input{}", i)); ++i) {
      const at::Tensor& values = selftest.at(fmt::format("input{}", i));
      const ClipPrediction prediction = prediction_of(*network_, options_, {values.unsqueeze(0), {values.size(0)}, {}});
      weighs_frames_ = !prediction.frame_weights.empty();
      const std::vector<float>& outputs = prediction.outputs;
      const at::Tensor& expected = selftest.at(fmt::format("output{}", i));
      for (std::size_t k = 0; k < outputs.size(); ++k)
        if (const float wanted = expected[static_cast<std::int64_t>(k)].item<float>();
            !(std::abs(outputs[k] - wanted) <= selftest_tolerance))
          throw_error<DataError>(
              "{}: the self-test gives {} where {} was recorded; the bundle is damaged or this build differs",
              path.string(), outputs[k], wanted);
    }
  }

  BundleDescription description_;
  NetworkOptions options_;
  std::shared_ptr<Network> network_;
  bool weighs_frames_ = false;
};

}  // namespace

NamedTensors network_weights(const Network& network) {
  NamedTensors weights;
  for (const auto& entry : network.named_parameters())
    if (!is_frozen_encoder(network, entry.key())) weights.emplace(entry.key(), entry.value().detach());
  for (const auto& entry : network.named_buffers())
    if (!is_frozen_encoder(network, entry.key())) weights.emplace(entry.key(), entry.value());
  return weights;
}

void assign_network_weights(Network& network, const NamedTensors& weights, const std::string& source) {
  AssignOptions options;
  options.source = source;
  if (!network.tunes_encoder()) options.keep = {"encoder.*"};
  assign_weights(network, weights, options);
}

std::int64_t output_count(const NetworkOptions& options, std::size_t classes) {
  return static_cast<std::int64_t>(options.task == "dimensions" ? options.dimensions.size() : classes);
}

std::shared_ptr<Network> build_network(const NetworkOptions& options, const BundleDescription& description) {
  check_options(options);
  return std::make_shared<Network>(options, input_shape(options, description), encoder_of(options.encoder),
                                   output_count(options, description.classes.size()));
}

NetworkInput input_of_clip(const Matrix& clip, bool audio) {
  const auto rows = static_cast<std::int64_t>(clip.rows), columns = static_cast<std::int64_t>(clip.columns);
  const at::Tensor values = at::from_blob(const_cast<float*>(clip.values.data()), {1, rows, columns}, at::kFloat);
  return {audio ? values.squeeze(2).clone() : values.clone(), {rows}, {}};
}

ClipPrediction prediction_of(Network& network, const NetworkOptions& options, const NetworkInput& input) {
  const at::NoGradGuard no_gradients;
  const NetworkOutput out = network.forward(input);
  const auto floats = [](const at::Tensor& values) {
    const at::Tensor row = values[0].to(at::kCPU, at::kFloat).contiguous();
    return std::vector<float>(row.const_data_ptr<float>(), row.const_data_ptr<float>() + row.numel());
  };
  ClipPrediction prediction;
  prediction.outputs =
      floats(options.task == "dimensions" ? out.outputs : out.outputs.to(at::kCPU, at::kDouble).softmax(1));
  if (out.frame_weights.defined()) prediction.frame_weights = floats(out.frame_weights);
  prediction.frame_share = static_cast<double>(network.frame_stride()) / static_cast<double>(out.input_frames[0]);
  return prediction;
}

void write_network_bundle(Network& network, const NetworkOptions& options, const BundleDescription& given,
                          const std::vector<Matrix>& samples, const fs::path& folder) {
  make_folder(folder);
  network.set_training(false);
  write_weights(folder / "model.safetensors", network_weights(network));
  NamedTensors selftest;
  for (const Matrix& sample : samples) {
    if (sample.values.size() > selftest_samples && selftest.size() > 0) continue;
    const NetworkInput input = input_of_clip(sample, network.rate_hz() > 0);
    const std::vector<float> outputs = prediction_of(network, options, input).outputs;
    const std::size_t i = selftest.size() / 2;
    selftest.emplace(fmt::format("input{}", i), input.values[0].clone());
    selftest.emplace(fmt::format("output{}", i), at::tensor(outputs));
  }
  write_weights(folder / "selftest.safetensors", selftest);
  BundleDescription description = given;
  NetworkOptions copy = options;
  OptionTable table;
  describe_options(table, copy);
  description.learner_options = table.dump_yaml();
  write_bundle_description(description, folder);
}

}  // namespace ser

/// Called through tensor_module_symbol(); the caller owns the model.
extern "C" ser::ClipModel* ser_read_clip_model(const std::filesystem::path& folder) {
  return new ser::NetworkClipModel(folder);
}

extern "C" int ser_encoder_rate_hz(const std::filesystem::path& model) {
  return ser::encoder_family(ser::ModelSource(model)).rate_hz;
}
