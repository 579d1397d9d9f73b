#include <ser/base/error.h>
#include <ser/base/hash.h>
#include <ser/nn/network/network_bundle.h>
#include <ser/train/trainee.h>

namespace ser {
namespace {

/// Before the names of what belongs to the losses.
constexpr std::string_view loss_prefix = "loss.";

at::Device device_of(const std::string& name) {
  try {
    const at::Device device(name);
    if (device.is_cuda() && !at::hasCUDA())
      throw_error<UsageError>("training.device {}: this LibTorch sees no CUDA device", name);
    if (device.is_cpu() || device.is_cuda()) return device;
  } catch (const c10::Error&) {
  }
  throw_error<UsageError>("training.device '{}' is not cpu, cuda or cuda:N", name);
}

std::string loss_name(const std::string& name) { return std::string(loss_prefix) + name; }

/// All that the main optimiser trains.
std::vector<ParameterGroup> main_groups(const Network& network, const Objective& objective,
                                        const TrainingOptions& options) {
  std::set<std::string> own;
  for (const Objective::OwnParameters& parameter : objective.own_parameters()) own.insert(loss_name(parameter.name));
  std::vector<ParameterGroup> groups = parameter_groups(network, options);
  for (ParameterGroup& group : parameter_groups(objective, options, std::string(loss_prefix), own))
    groups.push_back(std::move(group));
  return groups;
}

std::unique_ptr<Optimiser> own_optimiser(const Objective& objective, TrainingOptions options) {
  options.optimiser = "adam";
  std::vector<ParameterGroup> groups;
  for (const Objective::OwnParameters& own : objective.own_parameters())
    groups.push_back({own.name, own.learning_rate, 0, {loss_name(own.name)}, {own.parameter}});
  return groups.empty() ? nullptr : std::make_unique<Optimiser>(std::move(groups), options);
}

}  // namespace

Trainee::Trainee(const NetworkCell& cell, const at::Tensor& class_weights)
    : device_(device_of(cell.config.training.device)), average_decay_(cell.config.training.average) {
  torch::manual_seed(hash64("network weights", static_cast<std::uint64_t>(cell.seed)));
  network_ = build_network(cell.config.network, cell.description);
  network_->to(device_);
  const auto classes = static_cast<std::int64_t>(cell.data.protocol.labels.classes.size());
  objective_ = std::make_unique<Objective>(LossContext{
      cell.config.loss, cell.config.network, class_weights.defined() ? class_weights.to(device_) : class_weights,
      classes, network_->frame_dimension(), network_->head()});
  objective_->to(device_);
  optimiser_ =
      std::make_unique<Optimiser>(main_groups(*network_, *objective_, cell.config.training), cell.config.training);
  own_optimiser_ = own_optimiser(*objective_, cell.config.training);
}

void Trainee::zero_gradients() {
  optimiser_->zero_gradients();
  if (own_optimiser_) own_optimiser_->zero_gradients();
}

double Trainee::clip_gradients(double longest) { return optimiser_->clip_gradients(longest); }

void Trainee::step(double factor) {
  optimiser_->step(factor);
  if (own_optimiser_) own_optimiser_->step(factor);
  if (average_decay_ <= 0) return;
  const at::NoGradGuard no_gradients;
  for (const auto& [name, tensor] : network_weights(*network_)) {
    at::Tensor& average = average_.at(name);
    if (tensor.is_floating_point())
      average.lerp_(tensor, 1 - average_decay_);
    else
      average.copy_(tensor);
  }
}

void Trainee::begin_average() {
  if (average_decay_ <= 0) return;
  for (const auto& [name, tensor] : network_weights(*network_)) average_.emplace(name, tensor.clone());
}

void Trainee::swap_average() {
  if (average_decay_ <= 0) return;
  const at::NoGradGuard no_gradients;
  for (const auto& [name, tensor] : network_weights(*network_)) {
    at::Tensor& average = average_.at(name);
    const at::Tensor now = tensor.clone();
    at::Tensor(tensor).copy_(average);
    average.copy_(now);
  }
}

void Trainee::save(TrainingState& state) const {
  state.weights = network_weights(*network_);
  for (const auto& entry : objective_->named_parameters())
    state.weights.emplace(loss_name(entry.key()), entry.value().detach());
  for (const auto& entry : objective_->named_buffers()) state.weights.emplace(loss_name(entry.key()), entry.value());
  state.optimiser = optimiser_->save();
  if (own_optimiser_) state.optimiser.merge(own_optimiser_->save());
  state.average = average_;
}

void Trainee::load(const TrainingState& state, const std::string& source) {
  NamedTensors of_network, of_losses;
  for (const auto& [name, tensor] : state.weights)
    if (name.starts_with(loss_prefix))
      of_losses.emplace(name.substr(loss_prefix.size()), tensor);
    else
      of_network.emplace(name, tensor);
  assign_network_weights(*network_, of_network, source);
  AssignOptions options;
  options.source = source;
  assign_weights(*objective_, of_losses, options);
  optimiser_->load(state.optimiser);
  if (own_optimiser_) own_optimiser_->load(state.optimiser);
  average_ = state.average;
  for (auto& [name, tensor] : average_) tensor = tensor.to(device_);
}

}  // namespace ser
