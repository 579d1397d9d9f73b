// The feature set eGeMAPSv02 (Eyben et al., IEEE Trans. Affective Computing 7(2), 2016), in agreement with openSMILE
// 3.0, oddities included. docs/egemaps.md describes every descriptor and functional.
#pragma once

#include <ser/features/egemaps_descriptors.h>
#include <ser/features/feature_set.h>

namespace ser {

std::unique_ptr<FeatureSet> make_egemaps_set();

/// Names of the 25 descriptors and of the 88 functionals, in the set's order.
std::vector<std::string> egemaps_lld_names();
std::vector<std::string> egemaps_functional_names();

/// Smoothed descriptors: [pitch_frames + 1, 25].
Matrix egemaps_lld_table(const EgemapsContours& contours);

/// The 88 functionals of the smoothed descriptors.
std::vector<float> egemaps_functionals(const EgemapsContours& contours);

}  // namespace ser
