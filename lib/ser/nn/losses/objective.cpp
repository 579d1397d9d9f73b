#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/nn/losses/center_loss.h>
#include <ser/nn/losses/losses.h>
#include <ser/nn/losses/objective.h>
#include <ser/nn/losses/supervised_contrast.h>

#include <algorithm>

namespace ser {
namespace {

constexpr double smallest_scale = 1e-6;

/// A term without parameters that takes the outputs alone.
class OutputLoss final : public LossTerm {
 public:
  using Function = at::Tensor (*)(const at::Tensor& outputs, const Targets& targets, const LossContext& context);
  OutputLoss(Function function, LossContext context) : function_(function), context_(std::move(context)) {}
  at::Tensor value(const NetworkOutput& output, const Targets& targets) override {
    return function_(output.outputs, targets, context_);
  }

 private:
  Function function_;
  LossContext context_;
};

template <OutputLoss::Function function>
std::shared_ptr<LossTerm> of_outputs(const LossContext& context) {
  return std::make_shared<OutputLoss>(function, context);
}

at::Tensor cross_entropy_term(const at::Tensor& outputs, const Targets& t, const LossContext& c) {
  return cross_entropy(outputs, t.distribution, c.options.label_smoothing, c.class_weights);
}
at::Tensor kl_term(const at::Tensor& outputs, const Targets& t, const LossContext& c) {
  return kl_divergence(outputs, t.distribution, c.class_weights);
}
at::Tensor focal_term(const at::Tensor& outputs, const Targets& t, const LossContext& c) {
  return focal_loss(outputs, t.distribution, c.options.focal_gamma, c.class_weights);
}
at::Tensor ccc_term(const at::Tensor& outputs, const Targets& t, const LossContext&) {
  return concordance_loss(outputs, t.dimensions);
}
at::Tensor mse_term(const at::Tensor& outputs, const Targets& t, const LossContext&) {
  return mean_squared_error(outputs, t.dimensions);
}

}  // namespace

const std::vector<LossEntry>& loss_registry() {
  static const std::vector<LossEntry> registry{
      {"cross_entropy", &LossOptions::cross_entropy, false, true, of_outputs<cross_entropy_term>},
      {"kl", &LossOptions::kl, false, true, of_outputs<kl_term>},
      {"focal", &LossOptions::focal, false, true, of_outputs<focal_term>},
      {"center", &LossOptions::center, false, false, make_center_loss},
      {"supcon", &LossOptions::supcon, false, false, make_frame_contrast},
      {"ccc", &LossOptions::ccc, true, true, of_outputs<ccc_term>},
      {"mse", &LossOptions::mse, true, true, of_outputs<mse_term>},
  };
  return registry;
}

Objective::Objective(const LossContext& context) {
  std::vector<std::string> possible;
  for (const LossEntry& entry : loss_registry()) {
    if (entry.of_dimensions != (context.network.task == "dimensions")) continue;
    const double weight = context.options.*entry.weight;
    if (weight > 0)
      terms_.push_back({entry.name, weight, entry.teaches_outputs, register_module(entry.name, entry.make(context))});
    if (entry.teaches_outputs) possible.push_back("loss." + entry.name);
  }
  if (std::none_of(terms_.begin(), terms_.end(), [](const Used& used) { return used.teaches_outputs; }))
    throw_error<UsageError>("no term of the loss teaches the outputs: give one of them a weight ({})",
                            join(possible, ", "));
  if (context.options.scale == "first-batch")
    scales_ = register_buffer("scales", at::ones({static_cast<std::int64_t>(terms_.size())}));
}

std::vector<std::string> Objective::names() const {
  std::vector<std::string> names;
  for (const Used& used : terms_) names.push_back(used.name);
  return names;
}

std::vector<double> Objective::factors() const {
  std::vector<double> factors;
  for (std::size_t k = 0; k < terms_.size(); ++k)
    factors.push_back(terms_[k].weight /
                      (scales_.defined() ? scales_[static_cast<std::int64_t>(k)].item<double>() : 1.0));
  return factors;
}

Objective::Value Objective::value(const NetworkOutput& output, const Targets& targets) {
  Value value;
  const std::vector<double> factor = factors();
  for (std::size_t k = 0; k < terms_.size(); ++k) {
    value.terms.push_back(terms_[k].term->value(output, targets));
    const at::Tensor weighted = value.terms.back() * factor[k];
    value.total = k > 0 ? value.total + weighted : weighted;
  }
  return value;
}

at::Tensor Objective::value_of_outputs(const at::Tensor& outputs, const Targets& targets) {
  NetworkOutput output;
  output.outputs = outputs;
  at::Tensor total = at::zeros({}, outputs.options());
  const std::vector<double> factor = factors();
  for (std::size_t k = 0; k < terms_.size(); ++k)
    if (terms_[k].teaches_outputs) total = total + terms_[k].term->value(output, targets) * factor[k];
  return total;
}

void Objective::set_scales(const std::vector<at::Tensor>& terms) {
  const at::NoGradGuard no_gradients;
  for (std::size_t k = 0; k < terms.size(); ++k)
    scales_[static_cast<std::int64_t>(k)] = std::max(terms[k].item<double>(), smallest_scale);
}

std::vector<Objective::OwnParameters> Objective::own_parameters() const {
  std::vector<OwnParameters> own;
  for (const Used& used : terms_)
    if (const auto rate = used.term->own_learning_rate())
      for (const auto& entry : used.term->named_parameters())
        own.push_back({used.name + "." + entry.key(), *rate, entry.value()});
  return own;
}

}  // namespace ser
