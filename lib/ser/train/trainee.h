// What is trained: a network, what it minimises, the optimisers of both, and an average of its weights.
#pragma once

#include <ser/experiment/network_cell.h>
#include <ser/nn/losses/objective.h>
#include <ser/train/checkpoint.h>
#include <ser/train/optimiser.h>

#include <memory>

namespace ser {

class Trainee {
 public:
  /// Builds everything on the device that training.device names, with weights that depend on the seed alone.
  /// `class_weights`: [classes] or undefined. Throws UsageError for a device that is not there or options that do not
  /// fit.
  Trainee(const NetworkCell& cell, const at::Tensor& class_weights);

  Network& network() { return *network_; }
  const Network& network() const { return *network_; }
  Objective& objective() { return *objective_; }
  const Objective& objective() const { return *objective_; }
  at::Device device() const { return device_; }

  void zero_gradients();
  /// Shortens and returns the length of the gradient of all that the network's optimiser trains; parameters that a loss
  /// trains by itself do not count.
  double clip_gradients(double longest);
  /// One step of all optimisers with learning rates times `factor`, then of the average.
  void step(double factor);

  /// The average starts from here. Nothing without training.average.
  void begin_average();
  /// Exchanges the network's weights and their average, where one is kept.
  void swap_average();

  /// Weights, optimisers and average, for a checkpoint.
  void save(TrainingState& state) const;
  /// Throws DataError, naming `source`, for the state of another network.
  void load(const TrainingState& state, const std::string& source);

 private:
  at::Device device_;
  double average_decay_;
  std::shared_ptr<Network> network_;
  std::unique_ptr<Objective> objective_;
  std::unique_ptr<Optimiser> optimiser_;
  std::unique_ptr<Optimiser> own_optimiser_;  ///< Adam of parameters that a loss trains by itself; or null
  NamedTensors average_;
};

}  // namespace ser
