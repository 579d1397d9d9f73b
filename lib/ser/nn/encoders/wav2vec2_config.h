// config.json of the wav2vec 2.0 family: wav2vec 2.0, HuBERT, WavLM, and DistilHuBERT, which is a small HuBERT.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace ser {

/// Defaults are those of transformers' configuration classes, which a file may leave out.
struct Wav2vec2Config {
  std::string model_type = "wav2vec2";  ///< wav2vec2 | hubert | wavlm
  std::int64_t hidden_size = 768, layers = 12, heads = 12, intermediate_size = 3072;
  std::vector<std::int64_t> conv_dim{512, 512, 512, 512, 512, 512, 512}, conv_kernel{10, 3, 3, 3, 3, 2, 2},
      conv_stride{5, 2, 2, 2, 2, 2, 2};
  bool conv_bias = false;
  bool layer_norm_features = false;  ///< feat_extract_norm: layer (each convolution) or group (the first only)
  bool project_layer_norm = true;    ///< feat_proj_layer_norm
  bool pre_norm = false;             ///< do_stable_layer_norm
  std::int64_t position_kernel = 128, position_groups = 16;
  bool position_batch_norm = false;
  double layer_norm_eps = 1e-5;
  std::int64_t buckets = 320, max_bucket_distance = 800;  ///< WavLM
  bool normalise_samples = false;                         ///< do_normalize of the preprocessor
  bool trained_with_masking = false;                      ///< a masked_spec_embed belongs to the weights
  double hidden_dropout = 0.1, activation_dropout = 0.1, feat_proj_dropout = 0, layerdrop = 0.1;
  double mask_time_prob = 0.05;  ///< 0 where apply_spec_augment is false
  std::int64_t mask_time_length = 10, mask_time_min_masks = 2;
};

/// Reads config.json and the preprocessor's file of a folder. Throws DataError for a model of another family and for
/// parts that are not built here (adapters, other activations).
Wav2vec2Config read_wav2vec2_config(const std::filesystem::path& folder);

/// Throws DataError, naming source, unless the sizes are sane and fit each other.
void check_wav2vec2_config(const Wav2vec2Config& config, const std::string& source);

/// Frames that n samples give: floor((n - kernel) / stride) + 1, convolution by convolution; 0 when too short.
std::int64_t frames_of_samples(const Wav2vec2Config& config, std::int64_t samples);

}  // namespace ser
