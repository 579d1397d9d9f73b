// Guards: what can make figures worthless although they look fine. Each says what, where and what it means; one that
// lacks its input says "not checked".
#pragma once

#include <ser/corpus/protocol.h>
#include <ser/eval/column_lookup.h>
#include <ser/eval/evaluation.h>
#include <ser/eval/resampling_units.h>

#include <span>
#include <string>
#include <vector>

namespace ser {

/// Classes never predicted or absent from the reference, results at or below chance, utterances scored several times,
/// seeds that scored different numbers of utterances, doubtful intervals, and all of note_collapse(). `rows` are those
/// of the task.
std::vector<Note> task_notes(const Task& task, const PredictionRows& rows, const std::vector<std::string>& classes);

/// Classes that only one of several speakers has.
void note_lone_classes(const PredictionRows& rows, const ResamplingUnits& units, std::vector<Note>& notes);

/// Predictions that hardly change: one class for all utterances, constant or nearly constant probabilities against the
/// spread of the references, and no gain over the predictor that always gives the training mean.
void note_collapse(const Task& task, const PredictionRows& rows, const std::vector<std::string>& classes,
                   std::vector<Note>& notes);

/// Folds without predictions, predictions of unknown folds, how the model was chosen, and what run.yaml does not
/// record.
std::vector<Note> run_notes(const RunInfo& run, const PredictionRows& rows);

/// Speakers in several folds or parts, how far the speaker alone tells the class, equal outputs under different ids,
/// unknown ids, utterances without prediction. `rows` are those of all parts, `part` is the scored one.
std::vector<Note> speaker_notes(const PredictionTable& table, std::span<const Manifest> manifests,
                                const ColumnLookup& speakers, const RunInfo& run, const std::string& part);

/// What crosses the parts of the protocol that the predictions were made by: groups, overlapping or equal audio (where
/// the manifests have a column audio_hash), sessions. Throws what check_leaks() throws.
std::vector<Note> protocol_notes(const Protocol& protocol, std::span<const Manifest> manifests);

/// "a, b, c and 9 more"
std::string first_names(const std::vector<std::string>& names, std::size_t shown = 5);

}  // namespace ser
