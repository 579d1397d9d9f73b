// Which utterances are resampled together.
#pragma once

#include <ser/eval/interval.h>
#include <ser/eval/predictions.h>

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace ser {

using PredictionRows = std::vector<const Prediction*>;

/// All rows of a speaker (or, where speakers are unknown, of an utterance) in all folds and seeds are one unit.
struct ResamplingUnits {
  std::string kind = "utterance";   ///< or "speaker"
  std::vector<std::string> names;   ///< [unit], sorted
  std::vector<std::size_t> of_row;  ///< [row] unit
  std::size_t without_speaker = 0;  ///< utterances that stand for themselves although speakers are resampled
  std::string reason;               ///< why not the speaker; empty for speakers
};

/// The speaker of a row; empty: unknown.
using SpeakerOf = std::function<std::string(const Prediction&)>;

/// `unit` is "auto", "speaker" or "utterance". Throws UsageError for "speaker" where no speaker is known.
ResamplingUnits resampling_units(const PredictionRows& rows, const SpeakerOf& speaker_of, const std::string& unit);

/// How the intervals of a task were made.
struct Resampling {
  std::string unit, method;  ///< "speaker", "t"; method "none": there are no intervals
  std::string reason;        ///< as in ResamplingUnits
  std::size_t units = 0, without_speaker = 0;
  double level = 0.95;
  int draws = 0;
  std::uint64_t seed = 0;

  /// "95 % by speaker (24 speakers, jackknife t)"
  std::string text() const;
};
Resampling describe_resampling(const ResamplingUnits& units, const IntervalOptions& options);

}  // namespace ser
