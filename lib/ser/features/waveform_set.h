// The samples themselves as a feature set: what networks with an encoder of their own take.
#pragma once

#include <ser/features/feature_set.h>

namespace ser {

/// One column, one row per sample; level lld only. Throws UsageError for functionals.
std::unique_ptr<FeatureSet> make_waveform_set();

}  // namespace ser
