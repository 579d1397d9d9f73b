// A corpus as data: one YAML file says where the audio is, what its file names mean, which annotation files to read and
// how raw labels become canonical ones. The format is documented in corpora/README.md.
#pragma once

#include <ser/corpus/column_rule.h>
#include <ser/corpus/name_pattern.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ser {

/// One kind of annotation file and how its entries find their utterances.
struct AnnotationDefinition {
  std::string name;                          ///< its fields are the variables "<name>.<field>"
  std::string format;                        ///< one of annotation_formats()
  std::vector<std::string> globs;            ///< alternatives: the first one that finds any file is taken
  bool required = false;                     ///< the corpus is not complete without it
  std::optional<NameTemplate> join;          ///< key of an utterance's entry
  bool joins_utterances = true;              ///< false: several utterances share an entry (speaker tables)
  std::string key;                           ///< table: column of the key
  int key_digits = 0;                        ///< table: keys are padded with zeros to this width
  std::vector<std::string> fields;           ///< table: columns that must be there
  std::vector<std::string> optional_fields;  ///< table: columns that some releases lack
  std::vector<std::string> probabilities;    ///< table: columns of a distribution, named by raw label
  std::map<std::string, std::string> parts;  ///< id-list: file name -> value of the field "part"
  std::string where;
};

/// One answer to "which label is the emotion?": CREMA-D's acted, voice and audio-visual labels.
struct LabelSource {
  std::string name;
  ColumnRule emotion;        ///< raw label; no templates: no emotion
  std::string distribution;  ///< "<annotation>.<distribution>", or empty
  bool top = false;          ///< the emotion is the most probable label of the distribution; a tie is no-agreement
};

struct KnownDefect {
  std::string kind;              ///< silent, stereo, duplicate, overlap
  std::vector<std::string> ids;  ///< ids, or for repackaged corpora file stems
};

/// A count that the complete corpus has: utterances whose emotion is one of `labels`.
struct ExpectedCount {
  std::string what;
  std::vector<std::string> labels;
  std::size_t count = 0;
};

struct CorpusDefinition {
  std::string name, title, licence, homepage, obtain;
  std::string layout;  ///< an example of the folders and files, shown when nothing matches
  std::vector<std::string> extensions{"wav", "flac"};        ///< lower case; matched in any case
  std::vector<NamePattern> patterns;                         ///< over relative paths without extension
  std::vector<std::pair<NamePattern, std::string>> ignored;  ///< audio that is no utterance, and why
  std::vector<ColumnRule> columns;                           ///< id first
  LabelMap labels;                                           ///< raw label -> canonical label
  LabelMap rater_labels;                                     ///< raters' words -> canonical; empty: `labels`
  std::vector<LabelSource> label_sources;                    ///< the first is the default
  std::vector<AnnotationDefinition> annotations;
  std::vector<KnownDefect> defects;
  std::optional<std::size_t> expected_utterances, expected_speakers;
  std::vector<ExpectedCount> expected;
  std::map<std::string, std::vector<std::string>> list_columns;  ///< lists: column -> names it may have in the header
  std::vector<std::string> vocabulary;                           ///< all canonical labels, in their usual order

  const LabelMap& distribution_labels() const { return rater_labels.empty() ? labels : rater_labels; }
  /// Canonical labels that this corpus can have, in the order of the vocabulary.
  std::vector<std::string> canonical_labels() const;
};

/// Reads a definition and, beside it or else in data_folder()/corpora, labels.yaml. Throws UsageError with
/// file:line:column: unknown keys, formats, variables and labels, malformed expressions.
CorpusDefinition load_corpus_definition(const std::filesystem::path& path);

/// The shipped definition of a name: data_folder()/corpora/<name>.yaml. Throws UsageError naming the known ones.
std::filesystem::path corpus_definition_path(const std::string& corpus);

/// The names that have a shipped definition, sorted.
std::vector<std::string> known_corpora();

/// The canonical labels of a labels.yaml, in order. Throws UsageError.
std::vector<std::string> read_canonical_labels(const std::filesystem::path& path);

}  // namespace ser
