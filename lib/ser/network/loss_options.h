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
  double center = 0;
  double center_learning_rate = 5e-3;
  double supcon = 0;
  double supcon_temperature = 0.1;
  int supcon_dimension = 64;
  int supcon_frame_stride = 1;
  bool supcon_normalise = true;
  bool supcon_broadcast = true;
  bool supcon_share_projection = false;
  double ccc = 1;
  double mse = 0;
  std::string scale = "none";
};
/// Weights of terms by their name: ccc and mse are for task dimensions, the others for classes and distribution.
void describe_options(OptionTable& table, LossOptions& options);

}  // namespace ser
