#include <ser/base/error.h>
#include <ser/nn/losses/objective.h>

namespace ser {

std::vector<LossTerm> loss_terms(const LossOptions& o, const std::string& task, const at::Tensor& weights) {
  std::vector<LossTerm> used;
  const auto add = [&](const char* name, double weight, auto value) {
    if (weight > 0) used.push_back({name, weight, value});
  };
  using Out = NetworkOutput;
  if (task == "dimensions") {
    add("ccc", o.ccc, [](const Out& out, const Targets& t) { return concordance_loss(out.outputs, t.dimensions); });
    add("mse", o.mse, [](const Out& out, const Targets& t) { return mean_squared_error(out.outputs, t.dimensions); });
    if (used.empty()) throw UsageError("every term of the loss has weight 0: loss.ccc, loss.mse");
    return used;
  }
  add("cross_entropy", o.cross_entropy, [smoothing = o.label_smoothing, weights](const Out& out, const Targets& t) {
    return cross_entropy(out.outputs, t.distribution, smoothing, weights);
  });
  add("kl", o.kl,
      [weights](const Out& out, const Targets& t) { return kl_divergence(out.outputs, t.distribution, weights); });
  add("focal", o.focal, [gamma = o.focal_gamma, weights](const Out& out, const Targets& t) {
    return focal_loss(out.outputs, t.distribution, gamma, weights);
  });
  if (used.empty()) throw UsageError("every term of the loss has weight 0: loss.cross_entropy, loss.kl, loss.focal");
  return used;
}

std::pair<at::Tensor, std::vector<at::Tensor>> total_loss(const std::vector<LossTerm>& terms,
                                                          const NetworkOutput& output, const Targets& targets) {
  at::Tensor sum;
  std::vector<at::Tensor> values;
  for (const LossTerm& term : terms) {
    values.push_back(term.value(output, targets));
    const at::Tensor weighted = values.back() * term.weight;
    sum = sum.defined() ? sum + weighted : weighted;
  }
  return {sum, values};
}

}  // namespace ser
