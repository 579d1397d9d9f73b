// The optimiser beside LibTorch's own, its saved state, its groups.
#include <ser/base/error.h>
#include <ser/train/optimiser.h>
#include <torch/torch.h>

#include <catch2/catch.hpp>

using namespace ser;
namespace nn = torch::nn;

namespace {

struct TinyImpl : nn::Module {
  TinyImpl()
      : first(register_module("first", nn::Linear(7, 33))),
        norm(register_module("norm", nn::LayerNorm(nn::LayerNormOptions({33})))),
        second(register_module("second", nn::Linear(33, 3))) {}
  at::Tensor forward(const at::Tensor& x) { return second->forward(norm->forward(first->forward(x).tanh())); }
  nn::Linear first;
  nn::LayerNorm norm;
  nn::Linear second;
};
TORCH_MODULE(Tiny);

Tiny tiny() {
  torch::manual_seed(1);
  return Tiny();
}

void backward(Tiny& module, std::uint64_t step) {
  torch::manual_seed(100 + step);
  const at::Tensor x = at::randn({5, 7}), y = at::randn({5, 3});
  (module->forward(x) - y).square().mean().backward();
}

double largest_difference(const nn::Module& a, const nn::Module& b) {
  double largest = 0;
  const auto others = b.named_parameters();
  for (const auto& entry : a.named_parameters())
    largest = std::max(largest, (entry.value() - others[entry.key()]).abs().max().item<double>());
  return largest;
}

TrainingOptions options_of(const std::string& name) {
  TrainingOptions options;
  options.optimiser = name;
  options.learning_rate = name == "sgd" ? 0.05 : 3e-3;
  options.weight_decay = 0.1;
  return options;
}

/// The same groups in an optimiser of LibTorch.
std::unique_ptr<torch::optim::Optimizer> reference(Tiny& module, const TrainingOptions& o) {
  std::vector<torch::optim::OptimizerParamGroup> groups;
  for (const bool decays : {true, false}) {
    std::vector<at::Tensor> parameters;
    for (const at::Tensor& parameter : module->parameters())
      if ((parameter.dim() > 1) == decays) parameters.push_back(parameter);
    const double decay = decays ? o.weight_decay : 0;
    std::unique_ptr<torch::optim::OptimizerOptions> options;
    if (o.optimiser == "sgd")
      options = std::make_unique<torch::optim::SGDOptions>(
          torch::optim::SGDOptions(o.learning_rate).momentum(o.momentum).weight_decay(decay));
    else if (o.optimiser == "adam")
      options = std::make_unique<torch::optim::AdamOptions>(
          torch::optim::AdamOptions(o.learning_rate).betas({o.beta1, o.beta2}).eps(o.epsilon).weight_decay(decay));
    else
      options = std::make_unique<torch::optim::AdamWOptions>(
          torch::optim::AdamWOptions(o.learning_rate).betas({o.beta1, o.beta2}).eps(o.epsilon).weight_decay(decay));
    groups.emplace_back(parameters, std::move(options));
  }
  if (o.optimiser == "sgd")
    return std::make_unique<torch::optim::SGD>(groups, torch::optim::SGDOptions(o.learning_rate));
  if (o.optimiser == "adam") return std::make_unique<torch::optim::Adam>(groups);
  return std::make_unique<torch::optim::AdamW>(groups);
}

}  // namespace

TEST_CASE("adamw, adam and sgd take LibTorch's own steps", "[train]") {
  for (const std::string name : {"adamw", "adam", "sgd"}) {
    INFO(name);
    const TrainingOptions options = options_of(name);
    Tiny ours = tiny(), theirs = tiny();
    REQUIRE(largest_difference(*ours, *theirs) == 0);
    Optimiser optimiser(parameter_groups(*ours, options), options);
    const auto wanted = reference(theirs, options);
    for (std::uint64_t step = 0; step < 30; ++step) {
      optimiser.zero_gradients();
      wanted->zero_grad();
      backward(ours, step);
      backward(theirs, step);
      // A schedule is a factor of the learning rate.
      const double factor = 1.0 / (1.0 + static_cast<double>(step) / 10);
      for (auto& group : wanted->param_groups()) group.options().set_lr(options.learning_rate * factor);
      optimiser.step(factor);
      wanted->step();
      REQUIRE(largest_difference(*ours, *theirs) < 1e-6);
    }
    CHECK(largest_difference(*ours, *tiny()) > 0.01);
  }
}

TEST_CASE("an optimiser that is loaded goes on with the same bits", "[train]") {
  for (const std::string name : {"adamw", "adam", "sgd"}) {
    INFO(name);
    const TrainingOptions options = options_of(name);
    Tiny whole = tiny(), resumed = tiny();
    Optimiser first(parameter_groups(*whole, options), options);
    const auto run = [](Optimiser& optimiser, Tiny& module, std::uint64_t begin, std::uint64_t end) {
      for (std::uint64_t step = begin; step < end; ++step) {
        optimiser.zero_gradients();
        backward(module, step);
        optimiser.step(1);
      }
    };
    run(first, whole, 0, 5);
    NamedTensors state;
    for (const auto& [key, tensor] : first.save()) state.emplace(key, tensor.clone());
    {
      const at::NoGradGuard no_gradients;
      for (const auto& entry : whole->named_parameters()) resumed->named_parameters()[entry.key()].copy_(entry.value());
    }
    run(first, whole, 5, 12);
    Optimiser second(parameter_groups(*resumed, options), options);
    second.load(state);
    run(second, resumed, 5, 12);
    CHECK(largest_difference(*whole, *resumed) == 0);
    state.erase(state.begin());
    CHECK_THROWS_AS(second.load(state), DataError);
  }
}

TEST_CASE("a parameter without gradient stays as it is, weight decay included", "[train]") {
  const TrainingOptions options = options_of("adamw");
  Tiny module = tiny();
  Optimiser optimiser(parameter_groups(*module, options), options);
  backward(module, 0);
  module->second->weight.mutable_grad() = at::Tensor();
  optimiser.step(1);
  CHECK(module->second->weight.equal(tiny()->second->weight));
  CHECK_FALSE(module->first->weight.equal(tiny()->first->weight));
}

TEST_CASE("weights decay, biases and norms do not; the encoder has its own rate", "[train]") {
  struct WithEncoder : nn::Module {
    WithEncoder() {
      register_module("encoder", Tiny());
      register_module("head", nn::Linear(3, 2));
      frozen = register_module("frozen", nn::Linear(3, 2));
      frozen->weight.set_requires_grad(false);
      frozen->bias.set_requires_grad(false);
    }
    nn::Linear frozen{nullptr};
  };
  TrainingOptions options;
  const auto groups = parameter_groups(WithEncoder(), options);
  REQUIRE(groups.size() == 4);
  CHECK(groups[0].names == std::vector<std::string>{"head.weight"});
  CHECK(groups[1].names == std::vector<std::string>{"head.bias"});
  CHECK(groups[2].names == std::vector<std::string>{"encoder.first.weight", "encoder.second.weight"});
  CHECK(groups[3].names.size() == 4);
  CHECK(groups[0].learning_rate == options.learning_rate);
  CHECK(groups[2].learning_rate == options.encoder_learning_rate);
  CHECK(groups[2].weight_decay == options.weight_decay);
  CHECK((groups[1].weight_decay == 0 && groups[3].weight_decay == 0));
}

TEST_CASE("gradients are shortened to the norm asked for", "[train]") {
  Tiny module = tiny();
  const TrainingOptions options;
  Optimiser optimiser(parameter_groups(*module, options), options);
  backward(module, 0);
  const double length = optimiser.clip_gradients(0);
  CHECK(optimiser.clip_gradients(2 * length) == Approx(length));
  CHECK(optimiser.clip_gradients(length / 3) == Approx(length));
  CHECK(optimiser.clip_gradients(0) == Approx(length / 3));
}
