// The soft label of two clips that were mixed, as a manifest holds it.
#pragma once

#include <ser/corpus/manifest.h>

namespace ser {

/// (1 - share) of the clip's label and `share` of the partner's, over canonical labels, those of the clip first. A
/// label is the utterance's distribution scaled to a sum of 1, or all on its emotion where it has none. Empty where
/// either is unknown.
Distribution mixed_distribution(const Utterance& own, const Utterance& partner, double share);

}  // namespace ser
