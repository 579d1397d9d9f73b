// Looking for what is wrong with a manifest and its audio before any time is spent on it.
#pragma once

#include <ser/config/option_table.h>
#include <ser/corpus/definition.h>
#include <ser/corpus/manifest.h>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ser {

struct ValidateOptions {
  bool hash_audio = true;       ///< find duplicates by a hash of the decoded samples
  double min_seconds = 0.3;     ///< shorter clips are named
  double max_seconds = 60;      ///< longer clips are named
  double silence_rms = 1e-5;    ///< clips below are silent (full scale 1)
  int max_full_scale = 3;       ///< clips with more samples at full scale are clipped
  double max_sum_error = 0.02;  ///< a distribution whose sum differs more from 1 is an error, else from 1e-6 a warning
};

void describe_options(OptionTable& table, ValidateOptions& options);

enum class Severity { error, warning, note };

/// One thing that is wrong with one utterance, or with the whole manifest (empty id).
struct Problem {
  Severity severity = Severity::warning;
  std::string kind;  ///< unreadable, silent, clipped, stereo, rate, short, long, duplicate, overlap, distribution, ...
  std::string id;
  std::string where;  ///< "utterances.tsv:12"
  std::string message;
};

/// What was measured of one utterance's audio.
struct AudioFacts {
  std::string failure;  ///< why it could not be read; empty: it could
  int rate_hz = 0, channels = 0;
  double seconds = 0, rms = 0;
  std::size_t full_scale = 0;  ///< samples at positive or negative full scale of 16 bits
  std::string hash;            ///< over rate and mono samples; empty when not asked for or silent
};

struct ValidateResult {
  std::vector<Problem> problems;  ///< manifest order; problems of the whole manifest last
  std::size_t utterances = 0;
  double audio_seconds = 0, shortest_seconds = 0, longest_seconds = 0;
  std::map<int, std::size_t> rates;  ///< Hz -> utterances

  std::size_t count(Severity severity) const;
};

/// Reads every audio file, `threads` at a time. `definition` brings the known defects of the corpus; without one they
/// are "not checked". Throws DataError for a manifest that cannot be read, Interrupted on a signal.
ValidateResult validate_manifest(const std::filesystem::path& manifest, const ValidateOptions& options, int threads,
                                 const std::optional<CorpusDefinition>& definition);

/// "severity kind id where message", one line per problem, with a header line.
std::string format_problems(const ValidateResult& result);

/// Utterances, hours, rates and problems by kind.
std::string format_validation_summary(const ValidateResult& result);

}  // namespace ser
