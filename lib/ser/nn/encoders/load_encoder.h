// Pretrained encoders from the folders and files that their authors publish.
#pragma once

#include <ser/nn/encoders/encoder.h>
#include <ser/nn/weights/weights.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ser {

struct EncoderOptions {
  std::string whisper_pad = "30s";                      ///< 30s | none
  std::string group_norm = "valid";                     ///< valid | hf: GroupNormPadding
  std::string precision = "fp32";                       ///< fp32 | bf16
  bool passt_heads = false;                             ///< keep PaSST's heads, for Passt::logits()
  double byol_s_mean = -4.99, byol_s_deviation = 3.14;  ///< ByolSOptions
};

/// A folder or file that may hold a model; its weights are read once, when somebody asks for them.
class ModelSource {
 public:
  explicit ModelSource(std::filesystem::path path) : path_(std::move(path)) {}
  const std::filesystem::path& path() const { return path_; }
  bool is_file() const;
  /// Of config.json; empty for a file and where there is none.
  std::string model_type() const;
  const NamedTensors& tensors() const;
  /// What a file says beside its tensors.
  NamedSettings settings() const { return read_settings(path_); }

 private:
  std::filesystem::path path_;
  mutable std::optional<NamedTensors> tensors_;
};

/// A kind of encoder. Adding one is one file and one line in encoder_families().
struct EncoderFamily {
  std::string name;
  std::string summary;  ///< what is read, for help
  /// Whether a folder or file holds such a model, by config.json or by the names of its weights.
  bool (*recognises)(const ModelSource& source);
  std::shared_ptr<Encoder> (*load)(const ModelSource& source, const EncoderOptions& options);
  int rate_hz = 16000;
};
const std::vector<EncoderFamily>& encoder_families();

/// The family of a folder or file. Throws DataError for what is no model of a known one.
const EncoderFamily& encoder_family(const ModelSource& source);

/// The encoder of a folder or file, in evaluation mode, without gradients. Throws DataError for what is no model of a
/// known family, and for weights that are missing, unexpected or misshapen (all of them are listed).
std::shared_ptr<Encoder> load_encoder(const std::filesystem::path& path, const EncoderOptions& options);

/// Weights of convolutions with weight norm over all but the last dimension, in either of PyTorch's namings, become
/// plain ones: W = g v / ||v||.
void fuse_weight_norm(NamedTensors& tensors);

}  // namespace ser
