// A term of what training minimises. It may have parameters of its own.
#pragma once

#include <ser/network/loss_options.h>
#include <ser/nn/network/network.h>

#include <memory>
#include <optional>
#include <string>

namespace ser {

/// What the clips of a batch should give. One of the two, by the network's task.
struct Targets {
  at::Tensor distribution;  ///< [batch, classes], rows sum to 1: one class, or the share of each
  at::Tensor dimensions;    ///< [batch, dimensions]; NaN where unknown
};

class LossTerm : public torch::nn::Module {
 public:
  virtual at::Tensor value(const NetworkOutput& output, const Targets& targets) = 0;
  /// Where the term's parameters have an Adam optimiser of their own, its learning rate; otherwise they are trained as
  /// the network's are.
  virtual std::optional<double> own_learning_rate() const { return std::nullopt; }
};

/// What a term is made for.
struct LossContext {
  LossOptions options;
  NetworkOptions network;
  at::Tensor class_weights;  ///< [classes] or undefined
  std::int64_t classes = 0, frame_dimension = 0;
  std::shared_ptr<Head> head;
};

}  // namespace ser
