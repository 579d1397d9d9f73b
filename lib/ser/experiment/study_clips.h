// The clips that a network trains on: records of feature stores, or audio.
#pragma once

#include <ser/base/matrix.h>
#include <ser/experiment/feature_extraction.h>
#include <ser/experiment/study_data.h>

#include <memory>

namespace ser {

/// read() may be called from many threads.
class ClipReader {
 public:
  virtual ~ClipReader() = default;
  /// [frames, features], or [samples, 1]. Throws DataError naming the utterance.
  virtual Matrix read(std::size_t row) const = 0;
  /// How long the clip is, known without reading it.
  virtual double seconds(std::size_t row) const = 0;
};

/// An utterance's samples at one rate, [samples, 1]. Throws DataError when there are none.
Matrix read_clip(const Manifest& manifest, const Utterance& utterance, int rate_hz);

/// Records of the stores that the study was loaded with.
std::unique_ptr<ClipReader> read_from_stores(const StudyData& data);

/// Audio files at one rate. Files that cannot be opened throw DataError here already.
std::unique_ptr<ClipReader> read_from_audio(const StudyData& data, int rate_hz);

}  // namespace ser
