// Hidden states of pretrained encoders as a feature set: the front end of `ser-extract embed`.
#pragma once

#include <ser/features/feature_set.h>

#include <filesystem>

namespace ser {

struct EmbeddingOptions {
  std::string model;                ///< folder or file
  std::string model_hash;           ///< of config.json and weights; filled in, and checked when given
  std::string layer = "last";       ///< last | all | number from 0, the encoder's input
  std::string pool = "mean";        ///< mean | max | mean+max | first, at level functionals
  std::string whisper_pad = "30s";  ///< 30s | none
  std::string precision = "fp32";   ///< fp32 | bf16
  double byol_s_mean = -4.99, byol_s_deviation = 3.14;  ///< of the log-mel values of a corpus; defaults: CREMA-D's
  double max_seconds = 30;                              ///< longer clips are cut into windows whose frames are joined
};
/// Those that say what the encoder computes; describe_options() adds pool and model_hash.
void describe_model_options(OptionTable& table, EmbeddingOptions& options);
void describe_options(OptionTable& table, EmbeddingOptions& options);

/// Hash of a model's files: of one file its content, of a folder the names and contents of configuration and weights.
std::string hash_of_model(const std::filesystem::path& path);

/// What libser.so makes of a model. May be used from many threads.
class EmbeddingBackend {
 public:
  virtual ~EmbeddingBackend() = default;
  virtual int rate_hz() const = 0;
  virtual std::size_t dimension() const = 0;
  /// 1, or the number of hidden states for layer "all".
  virtual std::size_t planes() const = 0;
  virtual double frame_shift_seconds() const = 0;
  /// Frames [planes * frames, dimension], plane by plane; or, pooled, [planes, dimension (twice for mean+max)]. Throws
  /// DataError for a clip that is too short.
  virtual Matrix embed(const Waveform& wave, bool pooled) const = 0;
};

/// Frames at level lld, pooled vectors at level functionals. The rate must be the encoder's (required_rate_hz).
std::unique_ptr<FeatureSet> make_embedding_set();

}  // namespace ser
