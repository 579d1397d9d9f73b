// Scores of a part while a network trains.
#pragma once

#include <ser/nn/losses/objective.h>
#include <ser/train/observers.h>

namespace ser {

/// loss, of the terms that teach the outputs; for classes uar, war and macro-f1, for dimensions ccc (mean) and
/// ccc_<name>, without those that fewer than two clips have. outputs: [clips, outputs].
NamedValues scores(const at::Tensor& outputs, const Targets& targets, Objective& objective,
                   const NetworkOptions& options);

}  // namespace ser
