// The loss of a network: a weighted sum of terms. The terms are in nn/losses/.
#pragma once

#include <ser/config/option_table.h>

#include <string>

namespace ser {

struct LossOptions {
  double cross_entropy = 1;
  double label_smoothing = 0;
  std::string class_weight = "none";
  double kl = 0;
  double focal = 0;
  double focal_gamma = 2;
  double ccc = 1;
  double mse = 0;
};
/// Weights of terms by their name; those of classes and distributions need task classes or distribution, ccc and mse
/// need task dimensions.
void describe_options(OptionTable& table, LossOptions& options);

}  // namespace ser
