#pragma once

#include <ser/network/training_options.h>

namespace ser {

/// Factor of the learning rate. `progress`: share of all steps that are done when this one is, in (0, 1]; `epoch`: of
/// the step, from 0. Rises linearly over the warm-up; then constant, linear or half a cosine down to 0, or decay^epoch.
double learning_rate_factor(const TrainingOptions& options, double progress, int epoch);

}  // namespace ser
