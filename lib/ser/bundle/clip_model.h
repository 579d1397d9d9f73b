// A trained network as its bundle gives it back: from one clip to its outputs.
#pragma once

#include <ser/base/matrix.h>
#include <ser/bundle/bundle.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace ser {

class ClipModel {
 public:
  virtual ~ClipModel() = default;
  virtual const BundleDescription& description() const = 0;
  /// The front end that makes its clips: FeatureConfig::from_signature.
  virtual std::string front_end() const = 0;
  /// What the outputs are values of; empty where they are probabilities of the classes.
  virtual std::vector<std::string> dimensions() const = 0;
  /// clip: [frames, features] of the front end, not scaled. Returns probabilities of the classes, or values of the
  /// dimensions. Throws DataError for a clip that does not fit or is too short.
  virtual std::vector<float> predict(const Matrix& clip) const = 0;
};

/// Loads LibTorch. Throws what read_bundle throws.
std::unique_ptr<ClipModel> read_clip_model(const std::filesystem::path& folder);

}  // namespace ser
