// From the folder of a corpus, a list or a Kaldi data folder to a manifest.
#pragma once

#include <ser/config/option_table.h>
#include <ser/corpus/manifest.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace ser {

struct PrepareOptions {
  std::string corpus;                  ///< a name with a definition, "list" or "kaldi"; empty: the definition's
  std::string root;                    ///< folder of the corpus as it was unpacked
  std::string out;                     ///< manifest folder; empty: nothing is written
  std::string definition;              ///< YAML file in place of the shipped definition
  std::string labels_from;             ///< which label becomes the emotion; empty: the definition's first
  std::string name;                    ///< of the corpus in protocols and tables; empty: the definition's
  std::string id_prefix;               ///< put before every id
  std::string list;                    ///< CSV or TSV for the corpus "list"
  std::vector<std::string> columns;    ///< lists: "emotion=Label", column of the manifest = column of the list
  std::vector<std::string> label_map;  ///< "joyful=happiness": raw label = canonical label, beside the definition's
  std::string speaker_pattern;         ///< expression with named groups (speaker, gender, session) over the path
  std::string kaldi_out;               ///< also export a Kaldi data folder
  bool allow_pipes = false;            ///< run the commands of a wav.scp
};

void describe_options(OptionTable& table, PrepareOptions& options);

/// Something counted on the way, with the first few names.
struct Tally {
  std::string what;
  std::size_t count = 0;
  std::vector<std::string> examples;  ///< at most 5
};

/// Counts in the order in which they first came up.
class Tallies {
 public:
  void add(const std::string& what, const std::string& example);
  const std::vector<Tally>& all() const { return tallies_; }
  /// 0 when it never came up.
  std::size_t count(const std::string& what) const;

 private:
  std::vector<Tally> tallies_;
};

/// A count of the complete corpus that this copy does not have.
struct CountDifference {
  std::string what;  ///< "utterances", "speakers", "4class: happiness"
  std::size_t expected = 0, found = 0;
};

struct PrepareResult {
  Manifest manifest;
  std::string title;
  std::string label_source;  ///< "acted", "voice", "consensus", ...
  Tallies left_out;          ///< files, annotations and values that did not go into the manifest, or were missing
  std::vector<std::string> notes;
  std::vector<CountDifference> differences;
};

/// Does the work and writes the manifest (and the Kaldi folder). Rows are sorted by id. Throws DataError for a wrong
/// root (saying which layout was expected), malformed annotations (file:line) and unknown labels; UsageError for
/// options and definitions.
PrepareResult prepare_corpus(const PrepareOptions& options);

/// What a person wants to know: utterances, speakers, labels, differences from the known counts, what was left out.
std::string format_summary(const PrepareResult& result);

/// Name, title, licence and source of every shipped definition.
std::string format_corpus_list();

}  // namespace ser
