// Options of the multilayer perceptron; here and not in nn/, so that --help needs no LibTorch.
#pragma once

#include <ser/config/option_table.h>

#include <vector>

namespace ser {

/// Defaults are those of scikit-learn's MLPClassifier, but for class weights and early stopping.
struct MlpOptions {
  std::vector<int> hidden = {100};
  double dropout = 0;
  double learning_rate = 1e-3;
  double weight_decay = 1e-4;
  int batch_size = 200;
  int epochs = 200;
  int patience = 10;
  std::string class_weight = "balanced";
};
void describe_options(OptionTable& table, MlpOptions& options);

}  // namespace ser
