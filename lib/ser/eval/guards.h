// Guards: what can make figures worthless although they look fine.
#pragma once

#include <ser/eval/evaluation.h>

#include <set>
#include <span>
#include <string>
#include <vector>

namespace ser {

using PredictionRows = std::vector<const Prediction*>;

/// Classes never predicted or absent from the reference, constant predictions or probabilities, results at or below
/// chance, utterances scored several times, seeds that scored different numbers of utterances. `rows` are those of the
/// task.
std::vector<Note> task_notes(const Task& task, const PredictionRows& rows, const std::vector<std::string>& classes);

/// Folds without predictions, predictions of unknown folds, and what run.yaml does not record.
std::vector<Note> run_notes(const RunInfo& run, const PredictionRows& rows);

/// Speakers in several folds, in dev and test, unknown ids, utterances without prediction. `rows` are those of all
/// parts, `part` is the scored one.
std::vector<Note> manifest_notes(std::span<const Manifest> manifests, const RunInfo& run, const PredictionRows& rows,
                                 const std::string& part);

}  // namespace ser
