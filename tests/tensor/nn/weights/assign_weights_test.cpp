#include <ser/base/error.h>
#include <ser/nn/weights/weights.h>
#include <torch/torch.h>

#include <catch2/catch.hpp>

using namespace ser;

namespace {

struct Model : torch::nn::Module {
  Model() {
    linear = register_module("linear", torch::nn::Linear(3, 2));
    norm = register_module("norm", torch::nn::BatchNorm1d(2));
  }
  torch::nn::Linear linear{nullptr};
  torch::nn::BatchNorm1d norm{nullptr};
};

NamedTensors fitting() {
  return {{"linear.weight", at::ones({2, 3})},
          {"linear.bias", at::full({2}, 2.0)},
          {"norm.weight", at::full({2}, 3.0)},
          {"norm.bias", at::full({2}, 4.0)},
          {"norm.running_mean", at::ones({2})},
          {"norm.running_var", at::full({2}, 6.0)},
          {"norm.num_batches_tracked", at::scalar_tensor(7, at::kLong)}};
}

std::string refusal(torch::nn::Module& model, const NamedTensors& tensors, const AssignOptions& options = {}) {
  try {
    assign_weights(model, tensors, options);
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("weights go into parameters and buffers, whose gradients stay switched as they were", "[nn][weights]") {
  Model model;
  model.linear->bias.requires_grad_(false);
  const at::Tensor before = model.linear->weight;
  CHECK(assign_weights(model, fitting()).assigned == 7);
  CHECK(before.equal(at::ones({2, 3})));
  CHECK(model.linear->weight.requires_grad());
  CHECK(model.linear->weight.is_leaf());
  CHECK_FALSE(model.linear->bias.requires_grad());
  CHECK(model.norm->running_var.equal(at::full({2}, 6.0)));
  CHECK(model.norm->num_batches_tracked.item<int>() == 7);
}

TEST_CASE("names are mapped, and what maps to nothing is left out", "[nn][weights]") {
  Model model;
  NamedTensors tensors;
  for (const auto& [name, tensor] : fitting()) tensors["model." + name] = tensor;
  tensors["optimizer.step"] = at::ones({1});
  AssignOptions options;
  options.module_name = [](const std::string& name) { return name.starts_with("model.") ? name.substr(6) : ""; };
  const AssignReport report = assign_weights(model, tensors, options);
  CHECK(report.assigned == 7);
  CHECK(report.ignored == std::vector<std::string>{"optimizer.step"});
  tensors["model.extra"] = at::ones({1});
  CHECK_THAT(refusal(model, tensors, options), Catch::Contains("unexpected in the file (1): model.extra (as extra)"));
}

TEST_CASE("everything that does not fit is listed at once, and nothing is changed", "[nn][weights]") {
  Model model;
  const at::Tensor before = model.norm->running_var.clone();
  NamedTensors tensors = fitting();
  tensors.erase("linear.bias");
  tensors["linear.weight"] = at::ones({3, 2});
  tensors["norm.running_mean"] = at::ones({2}, at::kLong);
  tensors["lm_head.weight"] = at::ones({1});
  AssignOptions options;
  options.source = "model.safetensors";
  CHECK(refusal(model, tensors, options) ==
        "model.safetensors: the weights do not fit the model:\n"
        "  missing in the file (1): linear.bias\n"
        "  unexpected in the file (1): lm_head.weight\n"
        "  of another shape (1): linear.weight (file [3, 2], model [2, 3])\n"
        "  of another kind (1): norm.running_mean (file Long, model Float)");
  CHECK(model.norm->running_var.equal(before));
}

TEST_CASE("patterns say what may be unexpected and what may be missing", "[nn][weights]") {
  Model model;
  NamedTensors tensors = fitting();
  tensors["quantizer.weight_proj.bias"] = tensors["masked_spec_embed"] = at::ones({1});
  tensors.erase("norm.num_batches_tracked");
  AssignOptions options;
  options.ignore = {"quantizer.*", "masked_spec_embed"};
  options.keep = {"*.num_batches_tracked"};
  const AssignReport report = assign_weights(model, tensors, options);
  CHECK(report.ignored == std::vector<std::string>{"masked_spec_embed", "quantizer.weight_proj.bias"});
  CHECK(report.kept == std::vector<std::string>{"norm.num_batches_tracked"});
  // A pattern does not keep a tensor from its place.
  options.ignore.push_back("linear.*");
  CHECK(assign_weights(model, tensors, options).assigned == 6);
}

TEST_CASE("two tensors of a file for one place are refused, long lists shortened", "[nn][weights]") {
  Model model;
  NamedTensors tensors = fitting();
  tensors["old.bias"] = at::ones({2});
  AssignOptions options;
  options.module_name = [](const std::string& name) { return name == "old.bias" ? "linear.bias" : name; };
  CHECK_THAT(refusal(model, tensors, options), Catch::Contains("given twice (1): linear.bias"));
  for (int i = 100; i < 115; ++i) tensors[fmt::format("x{}", i)] = at::ones({1});
  CHECK_THAT(refusal(model, tensors), Catch::Contains("(16): old.bias, x100") && Catch::Contains("x108 and 6 more"));
}

TEST_CASE("half weights and other layouts are copied into a float module", "[nn][weights]") {
  Model model;
  NamedTensors tensors = fitting();
  tensors["linear.weight"] = at::arange(6, at::kFloat).reshape({3, 2}).t().to(at::kHalf);
  assign_weights(model, tensors);
  CHECK(model.linear->weight.scalar_type() == at::kFloat);
  CHECK(model.linear->weight[0][2].item<float>() == 4);
}
