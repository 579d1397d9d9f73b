#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/nn/encoders/byol_s.h>
#include <ser/nn/encoders/fairseq.h>
#include <ser/nn/encoders/load_encoder.h>
#include <ser/nn/encoders/model_config.h>
#include <ser/nn/encoders/passt.h>
#include <ser/nn/encoders/wav2vec2.h>
#include <ser/nn/encoders/whisper.h>

#include <algorithm>

namespace ser {
namespace {

bool has_prefix(const NamedTensors& tensors, const std::string& prefix) {
  return std::any_of(tensors.begin(), tensors.end(),
                     [&](const auto& entry) { return entry.first.starts_with(prefix); });
}

/// Maps "<prefix>name" to "name" and, where the file uses the prefix, leaves out what lacks it.
NameMap stripping(const NamedTensors& tensors, std::vector<std::string> prefixes) {
  for (const std::string& prefix : prefixes)
    if (has_prefix(tensors, prefix))
      return [prefix](const std::string& name) {
        return name.starts_with(prefix) ? name.substr(prefix.size()) : std::string();
      };
  return [](const std::string& name) { return name; };
}

bool is_wav2vec2(const ModelSource& source) {
  const std::string type = source.model_type();
  return type == "wav2vec2" || type == "hubert" || type == "wavlm";
}

GroupNormPadding group_norm_padding(const EncoderOptions& options) {
  return options.group_norm == "hf" ? GroupNormPadding::included : GroupNormPadding::excluded;
}

std::shared_ptr<Encoder> load_wav2vec2(const ModelSource& source, const EncoderOptions& options) {
  const std::filesystem::path folder = model_folder(source.path());
  const Wav2vec2Config config = read_wav2vec2_config(folder);
  auto encoder = make_wav2vec2(config, group_norm_padding(options));
  NamedTensors tensors = source.tensors();
  fuse_weight_norm(tensors);
  AssignOptions assign;
  assign.source = folder.string();
  assign.module_name = stripping(tensors, {"wav2vec2.", "hubert.", "wavlm."});
  assign.ignore = {"masked_spec_embed", "quantizer.*", "project_q.*",   "project_hid.*",          "lm_head.*",
                   "classifier.*",      "projector.*", "layer_weights", "label_embeddings_concat"};
  assign.keep = {"masked_spec_embed"};
  assign_weights(*encoder, tensors, assign);
  return encoder;
}

bool is_fairseq(const ModelSource& source) { return source.is_file() && holds_fairseq(source.tensors()); }

std::shared_ptr<Encoder> load_fairseq_encoder(const ModelSource& source, const EncoderOptions& options) {
  return load_fairseq(source.tensors(), source.settings(), source.path().string(), group_norm_padding(options));
}

bool is_whisper(const ModelSource& source) { return source.model_type() == "whisper"; }

std::shared_ptr<Encoder> load_whisper(const ModelSource& source, const EncoderOptions& options) {
  const std::filesystem::path folder = model_folder(source.path());
  auto encoder = make_whisper(read_whisper_config(folder),
                              options.whisper_pad == "none" ? WhisperPadding::none : WhisperPadding::whole_window);
  const NamedTensors& tensors = source.tensors();
  AssignOptions assign;
  assign.source = folder.string();
  assign.module_name = stripping(tensors, {"model.encoder.", "encoder."});
  assign_weights(*encoder, tensors, assign);
  return encoder;
}

bool is_byol_s(const ModelSource& source) {
  return source.is_file() && source.tensors().contains("features.8.weight") && source.tensors().contains("fc.3.weight");
}

std::shared_ptr<Encoder> load_byol_s(const ModelSource& source, const EncoderOptions& options) {
  auto encoder = make_byol_s({options.byol_s_mean, options.byol_s_deviation});
  AssignOptions assign;
  assign.source = source.path().string();
  assign_weights(*encoder, source.tensors(), assign);
  return encoder;
}

bool is_passt(const ModelSource& source) {
  return source.is_file() ? holds_passt(source.tensors()) : source.model_type() == "passt";
}

std::shared_ptr<Encoder> load_passt_encoder(const ModelSource& source, const EncoderOptions& options) {
  return load_passt(source.path(), source.tensors(), options.passt_heads);
}

}  // namespace

bool ModelSource::is_file() const { return std::filesystem::is_regular_file(path_); }

std::string ModelSource::model_type() const {
  const std::filesystem::path folder = model_folder(path_);
  return std::filesystem::exists(folder / "config.json")
             ? config_value(read_model_config(folder), "model_type", std::string())
             : std::string();
}

const NamedTensors& ModelSource::tensors() const {
  if (!tensors_) tensors_ = read_weights(path_);
  return *tensors_;
}

const std::vector<EncoderFamily>& encoder_families() {
  static const std::vector<EncoderFamily> families{
      {"wav2vec2", "wav2vec 2.0, HuBERT, WavLM, DistilHuBERT: Hugging Face folders", is_wav2vec2, load_wav2vec2},
      {"fairseq", "the same of fairseq, Microsoft and s3prl: checkpoint file", is_fairseq, load_fairseq_encoder},
      {"whisper", "Whisper, its encoder: Hugging Face folders", is_whisper, load_whisper},
      {"byol-s", "BYOL-S, the small default model: weights file", is_byol_s, load_byol_s},
      {"passt", "PaSST: weights file as released (.pt, .safetensors), or folder", is_passt, load_passt_encoder, 32000},
  };
  return families;
}

const EncoderFamily& encoder_family(const ModelSource& source) {
  const std::filesystem::path& path = source.path();
  if (!std::filesystem::exists(path)) throw_error<DataError>("{}: there is no such model", path.string());
  for (const EncoderFamily& family : encoder_families())
    if (family.recognises(source)) return family;
  const std::string type = source.model_type();
  const std::string found = !type.empty() ? fmt::format("model_type '{}' of config.json", type)
                            : std::filesystem::is_directory(path)
                                ? std::string("a folder whose config.json is missing or names no model_type")
                                : std::string("a file without the tensors of a known model");
  std::vector<std::string> known;
  for (const EncoderFamily& family : encoder_families()) known.push_back(family.summary);
  throw_error<DataError>("{}: {} is no encoder that is known here ({})", path.string(), found, join(known, "; "));
}

std::shared_ptr<Encoder> load_encoder(const std::filesystem::path& path, const EncoderOptions& options) {
  const ModelSource source(path);
  std::shared_ptr<Encoder> encoder = encoder_family(source).load(source, options);
  encoder->eval();
  for (at::Tensor& parameter : encoder->parameters()) parameter.set_requires_grad(false);
  if (options.precision == "bf16") use_bfloat16(*encoder);
  return encoder;
}

void fuse_weight_norm(NamedTensors& tensors) {
  const std::pair<std::string, std::string> namings[]{
      {"weight_g", "weight_v"}, {"parametrizations.weight.original0", "parametrizations.weight.original1"}};
  for (const auto& [gain, direction] : namings) {
    std::vector<std::string> stems;
    for (const auto& [name, tensor] : tensors)
      if (name.ends_with("." + gain)) stems.push_back(name.substr(0, name.size() - gain.size()));
    for (const std::string& stem : stems) {
      const auto v = tensors.find(stem + direction);
      if (v == tensors.end() || v->second.dim() != 3) continue;
      const at::Tensor norm = v->second.square().sum({0, 1}, true).sqrt();
      tensors[stem + "weight"] = tensors.at(stem + gain) * v->second / norm;
      tensors.erase(stem + gain);
      tensors.erase(stem + direction);
    }
  }
}

}  // namespace ser
