#pragma once

#include <ser/corpus/definition.h>
#include <ser/corpus/manifest.h>
#include <ser/corpus/prepare.h>

namespace ser {

/// Canonical labels in the order of the vocabulary; raw labels that mean the same are added up. Unknown ones are
/// tallied under the utterance's id, left out, and the rest is scaled to one again.
Distribution canonical_distribution(const Distribution& raw, const CorpusDefinition& definition, const std::string& id,
                                    Tallies& left_out);

/// The most probable label; a tie is "no-agreement", an empty distribution "".
std::string top_label(const Distribution& distribution);

}  // namespace ser
