// Predictors that never heard the utterance: what a model has to beat.
#pragma once

#include <ser/eval/figure_estimates.h>
#include <ser/eval/run_info.h>

namespace ser {

/// For each fold the shares of the classes in training (where the references are distributions: their mean) and the
/// mean of each dimension. Taken from run.yaml, else from the rows of part "train" in the table, else from the rows
/// scored.
ConstantPredictor training_mean(const PredictionTable& table, const RunInfo& run, const PredictionRows& rows);

}  // namespace ser
