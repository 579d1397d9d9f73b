// Which utterances train, develop and test, fold by fold (DESIGN: "Protocol").
#pragma once

#include <ser/config/option_table.h>
#include <ser/corpus/label_space.h>
#include <ser/corpus/manifest.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ser {

/// How folds are made.
struct ProtocolOptions {
  std::string type = "stratified-group-kfold";
  std::string labels = "all";
  std::string group = "speaker";
  std::string by;
  int k = 5;
  int repeats = 1;
  std::uint64_t seed = 42;
  std::string dev = "grouped";
  double dev_fraction = 0.2;
  bool self = true;
  std::string self_type = "stratified-group-kfold";
  bool loco = false;
  std::string split_column = "split";
  std::vector<std::string> train_values{"train"};
  std::vector<std::string> dev_values{"dev", "development", "val", "valid", "validation"};
  std::vector<std::string> test_values{"test"};
  bool speaker_dependent = false;
  bool allow_unknown_groups = false;
};
void describe_options(OptionTable& table, ProtocolOptions& options);

/// The part an utterance has in a fold; `none` also for those that the label space drops.
enum class Part : std::uint8_t { none, train, dev, test };
std::string part_name(Part part);  ///< "-", "train", "dev", "test"

struct Fold {
  std::string name;  ///< "1", "Session3", "2.1" (second repeat), "crema-d:1", "crema-d->urdu", "loco->urdu"
  std::string kind;  ///< "self", "cross" or "loco"
  std::vector<std::string> train_corpora, test_corpora;
  std::vector<Part> parts;  ///< one per utterance of the protocol

  /// Indices into Protocol::utterances, ascending.
  std::vector<std::size_t> indices(Part part) const;
};

struct ProtocolCorpus {
  std::string name;
  std::size_t utterances = 0;
  std::string checksum;  ///< Manifest::checksum() when the folds were made
};

struct PooledUtterance {
  std::size_t corpus = 0;  ///< index into Protocol::corpora
  std::string id;
  int label = -1;     ///< class index; -1 when the label space drops it
  std::string group;  ///< value of the group column; empty when unknown
};

/// 1. `utterances` holds all rows of all manifests, in the order of the manifests and of their rows; ids are unique.
/// 2. In each fold, no group is in two parts unless options.speaker_dependent; groups of different corpora are
/// different.
/// 3. The folds depend on the seed, the ids, groups and labels, not on the order of the rows.
struct Protocol {
  ProtocolOptions options;
  LabelSpace labels;
  std::vector<ProtocolCorpus> corpora;
  std::vector<PooledUtterance> utterances;
  std::vector<Fold> folds;
  std::vector<std::string> notes;  ///< what a person should know: k reduced, classes missing in a part, ...

  /// Throws UsageError naming the nearest fold.
  const Fold& fold(const std::string& name) const;
  /// Utterances of a part per class, [class].
  std::vector<std::size_t> class_counts(const Fold& fold, Part part) const;
};

/// Makes the folds. Types: `fixed` (parts from a column), `random` (stratified over utterances: speaker-dependent),
/// `group-kfold`, `stratified-group-kfold`, `leave-one-group-out`; over several corpora `cross` (train on all of one,
/// test on all of another) and `leave-one-corpus-out`, both with the self folds of each corpus beside them. k is
/// reduced to the number of groups that the rarest class has. Notes are also logged as warnings. Throws UsageError for
/// options that contradict each other; DataError for ids used twice, groups unknown (unless allowed), groups that cross
/// parts (unless declared), or too few groups.
Protocol make_protocol(const ProtocolOptions& options, std::span<const Manifest> manifests, const LabelSpace& labels);

/// A line for each class that is absent from the data or, in some folds, from a part that is not empty.
std::vector<std::string> missing_classes(const Protocol& protocol);

/// "a, b, c, d, e and 7 more"
std::string first_few(std::span<const std::string> names);

/// The value of a column for each utterance.
std::vector<std::string> column_values(const Manifest& manifest, const std::string& column);

}  // namespace ser
