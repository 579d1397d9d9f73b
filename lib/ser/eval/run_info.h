// What a run folder says about the predictions in it: run.yaml (written by ser-train) and config.yaml.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ser {

/// Utterances per class.
using ClassCounts = std::map<std::string, std::size_t>;

struct FoldInfo {
  std::string name;  ///< as in the fold column of the predictions
  std::string kind;  ///< "self", "cross" or "loco"
  std::vector<std::string> train_corpora, test_corpora;
  ClassCounts class_counts_train;               ///< empty: not recorded
  std::map<std::string, double> means_train{};  ///< of reference distributions per class, of dimensions; empty likewise
};

/// Empty text and empty lists mean "not recorded".
struct RunInfo {
  std::filesystem::path folder;
  std::string command, version, git_hash;
  std::string labels;         ///< name of the label space
  std::string learner;        ///< "logreg"
  std::string features;       ///< name of the feature set
  std::string normalisation;  ///< "train", "corpus", "speaker"
  std::string protocol;       ///< file of the protocol
  std::optional<bool> speaker_dependent;
  std::vector<FoldInfo> folds;
  ClassCounts class_counts_train;                            ///< of the whole run, where folds do not have their own
  std::vector<std::pair<std::string, std::string>> further;  ///< other single values in run.yaml, in its order
  std::string config;                                        ///< text of config.yaml

  /// The fold of that name, or nothing.
  const FoldInfo* fold(const std::string& name) const;
};

/// Reads run.yaml and config.yaml where they are; a missing file or key leaves its fields empty. Throws DataError with
/// file:line:column for YAML that is malformed or has values of the wrong kind.
RunInfo read_run_info(const std::filesystem::path& folder);
/// run.yaml of a run; read_run_info() reads it back.
std::string format_run_info(const RunInfo& run);

/// The nearest folder with a run.yaml among the parent of `predictions` and the two above it (predictions.tsv lies in
/// the run folder or in fold_<k>/seed_<s> below it), or nothing.
std::optional<std::filesystem::path> run_folder_of(const std::filesystem::path& predictions);

}  // namespace ser
