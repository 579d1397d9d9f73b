// Named feature sets: the front ends that `ser-extract features --set` offers.
#pragma once

#include <ser/audio/waveform.h>
#include <ser/base/matrix.h>
#include <ser/config/option_table.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ser {

/// lld: one row per frame (low-level descriptors). functionals: one vector per utterance.
enum class FeatureLevel { lld, functionals };

/// Computes one feature set at one level for one sample rate. Holds working memory: one object per thread.
class FeatureExtractor {
 public:
  virtual ~FeatureExtractor() = default;
  /// [planes * frames, columns] or [planes, columns], planes mostly 1; every value finite. Throws DataError when the
  /// clip is too short, and for values that are not finite.
  virtual Matrix compute(const Waveform& wave) = 0;
  /// Time between rows at level lld, in seconds.
  virtual double frame_shift_seconds() const = 0;
};

/// A feature set with its options. Adding one is one file and one line in feature_sets().
class FeatureSet {
 public:
  virtual ~FeatureSet() = default;
  /// Registers the options, bound to this object, which must outlive the table.
  virtual void describe(OptionTable& table) = 0;
  /// Completes options that follow from files (the hash of a model). Throws UsageError and DataError when they are
  /// missing or have changed.
  virtual void prepare() {}
  /// The only rate that the set can take; 0: any.
  virtual int required_rate_hz() const { return 0; }
  /// Matrices of one shape that an extractor puts under each other (hidden states of several layers).
  virtual std::size_t planes() const { return 1; }
  virtual std::vector<std::string> columns(FeatureLevel level) const = 0;
  virtual std::unique_ptr<FeatureExtractor> make_extractor(FeatureLevel level, int rate_hz) const = 0;
};

/// An entry of the registry: a set, or a preset of one under a name of its own.
struct FeatureSetEntry {
  std::string name;
  std::string base;  ///< section of its options ("logmel" for "logmel-librosa")
  std::string summary;
  std::function<std::unique_ptr<FeatureSet>()> make;
  std::vector<std::pair<std::string, std::string>> preset;  ///< option key and value
};

const std::vector<FeatureSetEntry>& feature_sets();

/// Planes that lie under each other, [planes * rows, columns], beside each other: [rows, planes * columns].
Matrix side_by_side(Matrix matrix, std::size_t planes);

/// The choice of a feature set with the options of all of them: `set`, `level`, `rate` and one section per base.
class FeatureConfig {
 public:
  FeatureConfig();
  FeatureConfig(const FeatureConfig&) = delete;
  FeatureConfig& operator=(const FeatureConfig&) = delete;
  void describe(OptionTable& table);
  void describe_store_precision(OptionTable& table);
  /// Puts the preset of the chosen set under what was given (Verb::apply_preset). Throws UsageError for an unknown set.
  void apply_preset(OptionTable& table);

  /// To be called once before anything is computed: FeatureSet::prepare() of the chosen set, and its rate where it has
  /// only one and none was asked for. Throws UsageError for a rate that the set cannot take.
  void prepare();
  const FeatureSet& set() const;
  /// Names of the columns of a stored record: those of the set, where there are several planes once per plane:
  /// "layer2.embedding[7]".
  std::vector<std::string> stored_columns() const;
  FeatureLevel level() const;
  /// The configuration that a signature() describes. Throws DataError when it names what this version does not have.
  static std::unique_ptr<FeatureConfig> from_signature(const std::string& yaml);
  /// Set, level, rate and the options of the chosen set, as YAML: what the numbers depend on.
  std::string signature() const;

  std::string set_name = "mfcc";
  std::string level_name = "functionals";
  int rate_hz = 0;  ///< 0: the audio's own rate
  /// fp32, or fp16: frames of a store take two bytes per value (kaldi_record_16bit), and its signature says so.
  std::string store_precision = "fp32";

 private:
  const FeatureSetEntry& entry() const;
  std::map<std::string, std::unique_ptr<FeatureSet>> bases_;
};

}  // namespace ser
