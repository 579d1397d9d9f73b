#pragma once

#include <ser/corpus/definition.h>
#include <ser/corpus/prepare.h>

namespace ser {

/// A corpus whose utterances are the audio files below a folder, as its definition says. Fills `result.manifest`
/// (unsorted, ids without prefix), tallies and notes. Throws as prepare_corpus().
void prepare_folder(const CorpusDefinition& definition, const PrepareOptions& options, PrepareResult& result);

/// Rows of a CSV or TSV are the utterances.
void prepare_list(const CorpusDefinition& definition, const PrepareOptions& options, PrepareResult& result);

}  // namespace ser
