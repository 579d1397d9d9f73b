// Adam, AdamW and SGD with momentum, whose state is a set of named tensors, so that it can be saved and compared.
#pragma once

#include <ser/network/training_options.h>
#include <ser/nn/weights/weights.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace ser {

/// Parameters that share learning rate and weight decay.
struct ParameterGroup {
  std::string name;
  double learning_rate = 0, weight_decay = 0;
  std::vector<std::string> names;
  std::vector<at::Tensor> parameters;
};

class Optimiser {
 public:
  Optimiser(std::vector<ParameterGroup> groups, const TrainingOptions& options);
  void zero_gradients();
  /// Length of the gradient of all groups; where it is above `longest` (and that above 0) the gradient is shortened to
  /// it.
  double clip_gradients(double longest);
  /// One step with learning rates times `factor`. Parameters without gradient stay as they are.
  void step(double factor);
  const std::vector<ParameterGroup>& groups() const { return groups_; }

  /// "<state>.<parameter>".
  NamedTensors save() const;
  /// Throws DataError when the state is of other parameters.
  void load(const NamedTensors& state);

 private:
  struct State {
    std::vector<at::Tensor> first, second, steps;
  };
  std::vector<ParameterGroup> groups_;
  std::vector<State> states_;
  TrainingOptions options_;
};

/// The trained parameters of a module in four groups: of the encoder ("encoder.*") and of the rest, each with and
/// without weight decay (one-dimensional ones have none). `prefix` stands before their names; those of `without` are
/// left out.
std::vector<ParameterGroup> parameter_groups(const torch::nn::Module& module, const TrainingOptions& options,
                                             const std::string& prefix = "", const std::set<std::string>& without = {});

}  // namespace ser
