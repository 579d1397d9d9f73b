// The list of utterances of a corpus: a folder with utterances.tsv and manifest.yaml (DESIGN: "Utterance and
// manifest").
#pragma once

#include <ser/audio/reader.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ser {

/// Probabilities over canonical labels in the order of the file: "joy:0.3 anger:0.7".
using Distribution = std::vector<std::pair<std::string, double>>;

/// One utterance. Empty text and NaN mean unknown.
struct Utterance {
  std::string id;
  std::string wav;                                          ///< audio file, relative to Manifest::source (or absolute)
  double start = std::numeric_limits<double>::quiet_NaN();  ///< seconds; NaN: from the beginning
  double end = std::numeric_limits<double>::quiet_NaN();    ///< seconds; NaN: to the end
  std::string speaker, gender, age, session, language, text;
  std::string emotion;  ///< canonical label ("anger"), never a raw corpus code
  std::string intensity;
  double arousal = std::numeric_limits<double>::quiet_NaN();
  double valence = std::numeric_limits<double>::quiet_NaN();
  double dominance = std::numeric_limits<double>::quiet_NaN();
  Distribution distribution;
  std::string split;                         ///< official part where the corpus has one: train, dev, test, test2, ...
  std::map<std::string, std::string> extra;  ///< further columns, kept as they are

  TimeRange range() const;
};

struct Manifest {
  std::string corpus;               ///< short name: "crema-d"
  std::vector<std::string> labels;  ///< canonical labels that may occur in `emotion`
  std::filesystem::path source;     ///< folder that `wav` is relative to
  std::string tool_version;
  std::vector<std::string> extra_columns;  ///< order of the further columns
  std::vector<Utterance> utterances;

  std::filesystem::path audio_path(const Utterance& utterance) const;
  /// The value of any column as text ("speaker", "gender", "corpus", an extra column). Throws UsageError for one that
  /// does not exist, naming those that do.
  std::string column(const Utterance& utterance, const std::string& name) const;
  /// Index by id.
  std::map<std::string, std::size_t> index() const;
  /// Hash over the rows (not over the place of the audio): identifies the list in reports.
  std::string checksum() const;
};

/// Reads a manifest folder (or its utterances.tsv). Throws DataError with file:line: missing columns, malformed
/// numbers, duplicate or empty ids, an end before its start, a distribution that is no list of label:number, a label
/// that manifest.yaml does not list, a checksum that differs from manifest.yaml's.
Manifest read_manifest(const std::filesystem::path& folder);

/// Writes utterances.tsv and manifest.yaml, each atomically.
void write_manifest(const Manifest& manifest, const std::filesystem::path& folder);

/// A manifest of plain audio files and folders (searched recursively for .wav .flac .ogg .mp3 in sorted order). Ids are
/// file stems, or relative paths without extension where stems collide. Throws DataError when nothing is found.
Manifest manifest_of_files(const std::vector<std::string>& files_or_folders);

/// True for a manifest folder or an utterances.tsv.
bool is_manifest(const std::filesystem::path& path);

/// "joy:0.3 anger:0.7"
std::string format_distribution(const Distribution& distribution);

}  // namespace ser
