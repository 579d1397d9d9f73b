// The folder of a run (DESIGN: "Run folder"): one configuration, one sub-folder per fold and seed, never overwritten.
#pragma once

#include <ser/base/lock.h>
#include <ser/eval/predictions.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace ser {

/// One trained cell: fold_<name>/seed_<s>.
struct CellFolder {
  std::filesystem::path path;
  bool done() const;  ///< finished: DONE, predictions and bundle are there
  void mark_done() const;
};

class RunFolder {
 public:
  /// Makes the folder with `config` (YAML), or opens one made with the same. Throws UsageError naming the differing
  /// lines when it holds a run with another configuration.
  RunFolder(std::filesystem::path folder, const std::string& config);

  CellFolder cell(const std::string& fold, int seed) const;
  /// Joins the predictions of all finished cells into predictions.tsv, in the order of `folds`, then seeds. Returns
  /// them.
  PredictionTable join_predictions(const std::vector<std::string>& folds,
                                   const std::vector<std::string>& classes) const;
  const std::filesystem::path& path() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

/// A name as part of a file name: "crema-d->urdu" becomes "crema-d-to-urdu", other odd characters become "_".
std::string file_name_of(const std::string& name);

}  // namespace ser
