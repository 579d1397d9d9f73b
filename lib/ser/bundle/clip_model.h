// A trained network as its bundle gives it back: from one clip to its outputs.
#pragma once

#include <ser/base/matrix.h>
#include <ser/bundle/bundle.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace ser {

struct ClipPrediction {
  std::vector<float> outputs;        ///< probabilities of the classes, or values of the dimensions
  std::vector<float> frame_weights;  ///< what each pooled frame counts, in order, summing to 1; empty where the pooling
                                     ///< has no weights
  double frame_share = 0;            ///< of the clip that each of these spans; the last one may be shorter
};

class ClipModel {
 public:
  virtual ~ClipModel() = default;
  virtual const BundleDescription& description() const = 0;
  /// The front end that makes its clips: FeatureConfig::from_signature.
  virtual std::string front_end() const = 0;
  /// What the outputs are values of; empty where they are probabilities of the classes.
  virtual std::vector<std::string> dimensions() const = 0;
  /// Whether predict() gives frame weights.
  virtual bool weighs_frames() const = 0;
  /// clip: [frames, features] of the front end, not scaled. Throws DataError for a clip that does not fit or is too
  /// short.
  virtual ClipPrediction predict(const Matrix& clip) const = 0;
};

/// Loads LibTorch. Throws what read_bundle throws.
std::unique_ptr<ClipModel> read_clip_model(const std::filesystem::path& folder);

}  // namespace ser
