// A network with its loss and its training, as one set of options.
#pragma once

#include <ser/network/loss_options.h>
#include <ser/network/network_options.h>
#include <ser/network/training_options.h>

namespace ser {

struct NetworkConfig {
  NetworkOptions network;
  LossOptions loss;
  TrainingOptions training;
};
/// Sections "network.", "loss.", "training.".
void describe_options(OptionTable& table, NetworkConfig& config);

}  // namespace ser
