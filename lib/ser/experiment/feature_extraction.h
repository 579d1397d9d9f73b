// From audio files to features: the batch job behind `ser-extract features`, and the front end of `ser-eval predict`.
#pragma once

#include <ser/corpus/manifest.h>
#include <ser/features/feature_set.h>
#include <ser/store/export.h>
#include <ser/store/feature_store.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace ser {

/// Features of one utterance, or the reason why there are none.
struct ExtractedFeatures {
  Matrix matrix;  ///< [frames, features] or [1, features], as a store holds it; planes under each other when asked for
  double audio_seconds = 0;
  double frame_shift_seconds = 0;
  std::string note;       ///< "mixed 2 channels, resampled from 48000 Hz"
  std::string file_hash;  ///< only when asked for
  std::string error;
};

/// Reads audio and computes one feature set. run() may be called from many threads; extractors, which hold working
/// memory, are kept per sample rate and handed from call to call.
class FeatureExtraction {
 public:
  explicit FeatureExtraction(const FeatureConfig& config, bool planes_under_each_other = false)
      : config_(config), planes_(planes_under_each_other ? 1 : config.set().planes()) {}
  /// Bad audio and clips that are too short end up in `error`; UsageErrors (options that do not fit the rate) are
  /// thrown.
  ExtractedFeatures run(const std::filesystem::path& file, TimeRange range, bool with_hash) const;

 private:
  std::unique_ptr<FeatureExtractor> take(int rate_hz) const;
  const FeatureConfig& config_;
  std::size_t planes_;
  mutable std::mutex mutex_;
  mutable std::multimap<int, std::unique_ptr<FeatureExtractor>> idle_;
};

struct ExtractionResult {
  std::size_t failed = 0;
  std::string summary;  ///< closing line: done, failed, audio hours, elapsed, real-time factor, peak memory
};

/// Fills a store (or continues it), utterances in parallel. Each failure is logged with its file and counted. Throws
/// UsageError when the folder holds a finished store of other options or with none of these utterances, unless
/// `overwrite`.
ExtractionResult extract_to_store(const Manifest& manifest, const FeatureConfig& config,
                                  const std::filesystem::path& folder, Shard shard, int threads,
                                  bool overwrite = false);

/// Writes an export instead, planes under each other when asked for.
ExtractionResult extract_to_export(const Manifest& manifest, const FeatureConfig& config, FeatureExport& out,
                                   int threads, bool planes_under_each_other = false);

}  // namespace ser
