// What training minimises: a weighted sum of terms. A term is one file and one line in loss_registry().
#pragma once

#include <ser/nn/losses/loss_term.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ser {

struct LossEntry {
  std::string name;
  double LossOptions::*weight;
  bool of_dimensions;    ///< for task dimensions; otherwise for classes and distribution
  bool teaches_outputs;  ///< its value follows from outputs and targets; the other terms help training and have none on
                         ///< dev
  std::function<std::shared_ptr<LossTerm>(const LossContext&)> make;
};
const std::vector<LossEntry>& loss_registry();

/// The terms of the task whose weight is not 0. Its parameters and buffers are those of the terms, "<term>.<name>".
class Objective : public torch::nn::Module {
 public:
  /// Throws UsageError when every term of the task has weight 0, or none of those left teaches the outputs.
  explicit Objective(const LossContext& context);

  struct Value {
    at::Tensor total;
    std::vector<at::Tensor> terms;  ///< before their weights, in the order of names()
  };
  Value value(const NetworkOutput& output, const Targets& targets);
  /// Of the terms that teach the outputs.
  at::Tensor value_of_outputs(const at::Tensor& outputs, const Targets& targets);
  std::vector<std::string> names() const;

  /// loss.scale first-batch: from now on a term's weight is divided by this value of it, so that each starts at its
  /// weight.
  void set_scales(const std::vector<at::Tensor>& terms);
  bool wants_scales() const { return scales_.defined(); }
  /// What the terms are multiplied by, in the order of names().
  std::vector<double> factors() const;

  struct OwnParameters {
    std::string name;
    double learning_rate;
    at::Tensor parameter;
  };
  /// Parameters with an optimiser of their own, "<term>.<name>".
  std::vector<OwnParameters> own_parameters() const;

 private:
  struct Used {
    std::string name;
    double weight;
    bool teaches_outputs;
    std::shared_ptr<LossTerm> term;
  };
  std::vector<Used> terms_;
  at::Tensor scales_;  ///< [terms], buffer; undefined where weights are as given
};

}  // namespace ser
