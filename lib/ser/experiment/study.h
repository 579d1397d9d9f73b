// A study: every cell of a protocol trained and tested into a run folder.
#pragma once

#include <ser/config/command_line.h>
#include <ser/experiment/cell.h>

#include <string>
#include <vector>

namespace ser {

struct StudyOptions {
  std::vector<std::string> manifests, features;    ///< folders, one store for each manifest
  std::vector<std::string> copies, copy_features;  ///< of training utterances, one store for each manifest of copies
  std::string protocol;
  std::string output;              ///< run folder
  std::vector<std::string> folds;  ///< names; empty: all
  std::vector<int> seeds{42};
  CellOptions cell;
  LearnerConfig learner;
};

void describe_options(OptionTable& table, StudyOptions& options);

struct StudyOutcome {
  std::size_t trained = 0, kept = 0;  ///< cells of this call: trained now, found finished
  std::size_t open = 0;               ///< cells of the protocol and seeds that are not finished yet
  PredictionTable predictions;        ///< of all finished cells
};

/// Trains the cells that are not finished, one after the other, and joins their predictions. `config` is the resolved
/// configuration for config.yaml, `command` the command line for run.yaml. A cell is finished or not there; a killed
/// call is continued by the same one. Throws what load_study and run_cell throw.
StudyOutcome run_study(const StudyOptions& options, const std::string& config, const std::string& command, int threads);

}  // namespace ser
