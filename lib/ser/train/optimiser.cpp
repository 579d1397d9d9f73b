#include <ser/base/error.h>
#include <ser/train/optimiser.h>
#include <torch/torch.h>

namespace ser {

Optimiser::Optimiser(std::vector<ParameterGroup> groups, const TrainingOptions& options)
    : groups_(std::move(groups)), options_(options) {
  for (const ParameterGroup& group : groups_) {
    State& state = states_.emplace_back();
    for (const at::Tensor& parameter : group.parameters) {
      state.first.push_back(at::zeros_like(parameter.detach()));
      if (options_.optimiser != "sgd") state.second.push_back(at::zeros_like(parameter.detach()));
      state.steps.push_back(at::zeros({}, parameter.options().dtype(at::kFloat).requires_grad(false)));
    }
  }
}

void Optimiser::zero_gradients() {
  for (ParameterGroup& group : groups_)
    for (at::Tensor& parameter : group.parameters) parameter.mutable_grad() = at::Tensor();
}

double Optimiser::clip_gradients(double longest) {
  std::vector<at::Tensor> all;
  for (const ParameterGroup& group : groups_)
    for (const at::Tensor& parameter : group.parameters)
      if (parameter.grad().defined()) all.push_back(parameter.grad());
  if (all.empty()) return 0;
  std::vector<at::Tensor> lengths;
  for (const at::Tensor& gradient : all) lengths.push_back(gradient.norm().to(at::kDouble).cpu());
  const auto length = at::stack(lengths).norm().item<double>();
  if (longest > 0 && length > longest)
    for (at::Tensor& gradient : all) gradient.mul_(longest / length);
  return length;
}

void Optimiser::step(double factor) {
  const at::NoGradGuard no_gradients;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const ParameterGroup& group = groups_[g];
    const State& state = states_[g];
    std::vector<at::Tensor> parameters, gradients, first, second, steps;
    for (std::size_t i = 0; i < group.parameters.size(); ++i) {
      if (!group.parameters[i].grad().defined()) continue;
      parameters.push_back(group.parameters[i]);
      gradients.push_back(group.parameters[i].grad());
      first.push_back(state.first[i]);
      if (!state.second.empty()) second.push_back(state.second[i]);
      steps.push_back(state.steps[i]);
    }
    if (parameters.empty()) continue;
    const double rate = group.learning_rate * factor;
    for (at::Tensor& count : steps) count.add_(1);
    if (options_.optimiser == "sgd")
      // With a buffer of zeros the first step is that of torch: momentum x 0 + gradient.
      at::_fused_sgd_(parameters, gradients, first, group.weight_decay, options_.momentum, rate, 0, false, false,
                      false);
    else if (options_.optimiser == "adam")
      at::_fused_adam_(parameters, gradients, first, second, {}, steps, rate, options_.beta1, options_.beta2,
                       group.weight_decay, options_.epsilon, false, false);
    else
      at::_fused_adamw_(parameters, gradients, first, second, {}, steps, rate, options_.beta1, options_.beta2,
                        group.weight_decay, options_.epsilon, false, false);
  }
}

NamedTensors Optimiser::save() const {
  NamedTensors saved;
  for (std::size_t g = 0; g < groups_.size(); ++g)
    for (std::size_t i = 0; i < groups_[g].names.size(); ++i) {
      const std::string& name = groups_[g].names[i];
      saved.emplace("first." + name, states_[g].first[i]);
      if (!states_[g].second.empty()) saved.emplace("second." + name, states_[g].second[i]);
      saved.emplace("steps." + name, states_[g].steps[i]);
    }
  return saved;
}

void Optimiser::load(const NamedTensors& state) {
  for (const auto& [name, tensor] : save()) {
    const auto found = state.find(name);
    if (found == state.end() || found->second.sizes() != tensor.sizes())
      throw_error<DataError>("the checkpoint's optimiser has no '{}' of this shape: it is of another network", name);
    at::Tensor(tensor).copy_(found->second);
  }
}

std::vector<ParameterGroup> parameter_groups(const torch::nn::Module& module, const TrainingOptions& o,
                                             const std::string& prefix, const std::set<std::string>& without) {
  std::vector<ParameterGroup> groups{{"network", o.learning_rate, o.weight_decay, {}, {}},
                                     {"network, no decay", o.learning_rate, 0, {}, {}},
                                     {"encoder", o.encoder_learning_rate, o.weight_decay, {}, {}},
                                     {"encoder, no decay", o.encoder_learning_rate, 0, {}, {}}};
  for (const auto& entry : module.named_parameters()) {
    const std::string name = prefix + entry.key();
    if (!entry.value().requires_grad() || without.contains(name)) continue;
    const bool encoder = name.starts_with("encoder."), decays = entry.value().dim() > 1;
    ParameterGroup& group = groups[(encoder ? 2 : 0) + (decays ? 0 : 1)];
    group.names.push_back(name);
    group.parameters.push_back(entry.value());
  }
  std::erase_if(groups, [](const ParameterGroup& group) { return group.names.empty(); });
  return groups;
}

}  // namespace ser
