// What training minimises: a weighted sum of terms. A term is one function and one line in loss_terms().
#pragma once

#include <ser/nn/losses/losses.h>
#include <ser/nn/network/network.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace ser {

/// What the clips of a batch should give. One of the first two, by the network's task.
struct Targets {
  at::Tensor distribution;  ///< [batch, classes], rows sum to 1: one class, or the share of each
  at::Tensor dimensions;    ///< [batch, dimensions]; NaN where unknown
};

struct LossTerm {
  std::string name;
  double weight = 0;
  std::function<at::Tensor(const NetworkOutput&, const Targets&)> value;
};

/// The terms whose weight is not 0, for a task ("classes", "distribution", "dimensions"). `class_weights`: [classes] or
/// undefined. Terms of other tasks are left out. Throws UsageError when none is left.
std::vector<LossTerm> loss_terms(const LossOptions& options, const std::string& task, const at::Tensor& class_weights);

/// The sum, and each term's value before its weight.
std::pair<at::Tensor, std::vector<at::Tensor>> total_loss(const std::vector<LossTerm>& terms,
                                                          const NetworkOutput& output, const Targets& targets);

}  // namespace ser
