#pragma once

#include <ser/features/feature_set.h>

namespace ser {

/// Log-mel spectra; functionals are statistics over the bands.
std::unique_ptr<FeatureSet> make_logmel_set();
/// MFCC with deltas; functionals are statistics over the coefficients.
std::unique_ptr<FeatureSet> make_mfcc_set();
/// Option values that turn Kaldi's conventions (the defaults) into librosa's.
std::vector<std::pair<std::string, std::string>> librosa_preset();

}  // namespace ser
