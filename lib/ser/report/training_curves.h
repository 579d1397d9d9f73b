// How a training went, epoch by epoch: the metrics.jsonl that the training loop leaves in a run folder.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ser {

struct EpochFigures {
  double epoch = 0;
  std::map<std::string, double> train, dev;  ///< "loss", "uar", ...; what was not finite is absent
  bool best = false;                         ///< the best one on dev so far
};

/// Of one fold and seed.
struct TrainingCurve {
  std::string name;  ///< "fold 1, seed 0", by the names of the folders
  std::vector<EpochFigures> epochs;
};

/// Those of fold_<k>/seed_<s>/metrics.jsonl below a run folder, in natural order; none where there is no such file. A
/// line that is no such object is skipped: a training may be writing it.
std::vector<TrainingCurve> read_training_curves(const std::filesystem::path& run_folder);

/// The dev figure besides the loss that the curves have: "uar" or "ccc" where there is one, else the first; empty:
/// none.
std::string dev_figure(const std::vector<TrainingCurve>& curves);

}  // namespace ser
