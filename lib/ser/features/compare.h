// The feature set ComParE_2016 (Schuller et al., Interspeech 2016; Weninger et al., Frontiers in Psychology 4, 2013),
// in agreement with openSMILE 3.0, oddities included. docs/compare.md describes every descriptor and functional.
#pragma once

#include <ser/features/compare_descriptors.h>
#include <ser/features/feature_set.h>

namespace ser {

std::unique_ptr<FeatureSet> make_compare_set();

/// Names of the 65 descriptors followed by their 65 deltas, and of the 6373 functionals, in the set's order.
std::vector<std::string> compare_lld_names();
std::vector<std::string> compare_functional_names();

/// Smoothed descriptors and their deltas: [pitch_frames + 1, 130].
Matrix compare_lld_table(const CompareContours& contours);

/// The 6373 functionals.
std::vector<float> compare_functionals(const CompareContours& contours);

}  // namespace ser
