// A trained model as a folder that needs nothing else (DESIGN: "Bundle"):
//
//   model.yaml             learner and options, classes, scaling mode, front end, provenance
//   model.safetensors      scaling and weights
//   selftest.safetensors   a few inputs and the outputs they must give, checked at every load
#pragma once

#include <ser/classic/learner.h>
#include <ser/classic/standardiser.h>

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ser {

struct BundleDescription {
  std::string kind = "vector classifier";  ///< or "network": clip_model.h
  std::string learner;                     ///< "logreg", "network"
  std::string learner_options;  ///< YAML
  std::string label_space;      ///< "4class"
  std::vector<std::string> classes;
  std::map<std::string, std::string> label_map;  ///< canonical label to class; other labels have no class
  std::string normalisation = "train";           ///< how features are scaled
  std::string feature_signature;                 ///< YAML of the front end: FeatureConfig::from_signature
  std::vector<std::string> feature_names;        ///< [features]
  std::vector<std::pair<std::string, std::string>> provenance;  ///< corpora and checksums, fold, seed, version, command
};

/// model.yaml. The weights are model.safetensors beside it, whose hash is kept. Written last, so that a folder with it is
/// complete.
void write_bundle_description(const BundleDescription& description, const std::filesystem::path& folder);
/// Throws DataError when a file is missing or malformed, or the weights are not those described.
BundleDescription read_bundle_description(const std::filesystem::path& folder);

/// A classifier of fixed-length vectors with its scaling.
struct VectorModel {
  BundleDescription description;
  Standardiser standardiser;
  std::unique_ptr<Learner> learner;

  /// x: [utterances, features], not scaled; `groups`: corpus or speaker of each row where the scaling goes by them.
  /// Returns [utterances, classes]. Throws DataError when the number of features differs, UsageError when groups are
  /// needed and missing.
  Matrix predict(Matrix x, std::span<const std::string> groups) const;
};

/// The group that a standardiser scales an utterance with: its corpus, its speaker, or nothing. Throws DataError when
/// the scaling goes by speaker and the speaker is unknown.
std::string scaling_group(const Standardiser& standardiser, const std::string& corpus, const std::string& speaker,
                          const std::string& id);

/// Writes the folder; `samples` (a few unscaled rows of the training data) become the self-test.
void write_bundle(const VectorModel& model, const Matrix& samples, const std::filesystem::path& folder);

/// Reads a folder and re-runs its self-test. Throws DataError when a file is missing or malformed, the weights are not
/// those described (hash), or the outputs differ from the recorded ones by more than 1e-5.
VectorModel read_bundle(const std::filesystem::path& folder);

}  // namespace ser
