// How a network is trained. The loop is in train/.
#pragma once

#include <ser/config/option_table.h>

#include <string>

namespace ser {

struct TrainingOptions {
  std::string optimiser = "adamw";
  double learning_rate = 1e-3;
  double encoder_learning_rate = 1e-5;
  double weight_decay = 1e-2;
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  double momentum = 0.9;
  std::string schedule = "linear";
  double warmup = 0.1;
  double decay = 0.875;
  int epochs = 20;
  int patience = 0;
  std::string select = "best";
  std::string criterion = "auto";
  int batch_clips = 16;
  double batch_seconds = 0;
  int bucket_batches = 4;
  int accumulate = 1;
  double clip_norm = 5;
  std::string sampling = "shuffle";
  double copy_probability = 0.5;
  double crop_seconds = 0;
  double average = 0;
  std::string precision = "fp32";
  std::string device = "cpu";
  double save_minutes = 5;
};
void describe_options(OptionTable& table, TrainingOptions& options);

}  // namespace ser
