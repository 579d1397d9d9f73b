// Training and testing one cell of a study: one fold of the protocol with one seed.
#pragma once

#include <ser/bundle/bundle.h>
#include <ser/eval/predictions.h>
#include <ser/experiment/learner_config.h>
#include <ser/experiment/study_data.h>

#include <string>
#include <utility>
#include <vector>

namespace ser {

struct CellOptions {
  std::string normalisation = "train";
  std::vector<std::string> grid;  ///< "c=0.01" entries of one key, or empty
  int inner_folds = 5;
  bool balance_corpora = true;
  std::string layer = "all";  ///< of an encoder: all | auto | number
};

void describe_options(OptionTable& table, CellOptions& options);

/// Throws UsageError when grid or layer are given to a network, or the grid is not option=value,... of an option that
/// the learner has. Call before any work.
void check_grid(const CellOptions& options, const LearnerConfig& learner);

struct CellResult {
  VectorModel model;
  Matrix selftest;                 ///< a few training rows, not scaled
  PredictionTable predictions;     ///< of the test part; of the dev part too when the learner kept it out of training
  std::vector<std::string> notes;  ///< chosen option values, folds reduced, ...
};

/// What model.yaml says of a model trained in a cell; learner, options and scaling are the caller's to fill in.
BundleDescription describe_cell(const StudyData& data, const Fold& fold, int seed);

/// Fits scaling, chooses layer and options on inner group-disjoint folds of the training part, fits, and predicts the
/// test part. A learner that stops early watches the dev part; for the others the dev part belongs to training. Throws
/// DataError when the training part has fewer than two classes or a part is empty.
CellResult run_cell(const StudyData& data, const Fold& fold, int seed, const CellOptions& options,
                    const LearnerConfig& learner, int threads);

}  // namespace ser
