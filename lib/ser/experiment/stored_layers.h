// Vectors that hold several hidden states of an encoder side by side (`ser-extract embed --layer all`), and one of
// them.
#pragma once

#include <ser/experiment/study_data.h>

namespace ser {

/// How many layers the columns name ("layer3.embedding[7]_mean"); 0 for other features.
std::size_t stored_layers(const std::vector<std::string>& feature_names);

/// The study on one layer, whose front end then makes that layer alone. Throws UsageError when there is no such layer.
StudyData one_layer(const StudyData& data, std::size_t layer);

}  // namespace ser
