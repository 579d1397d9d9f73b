// Losses against closed forms (papers/mll-eam-flam.md section 12) and finite differences.
#include <ser/nn/losses/losses.h>
#include <tensor/nn/gradient_error.h>
#include <torch/torch.h>

#include <catch2/catch.hpp>
#include <functional>

using namespace ser;
using test::gradient_error;

namespace {

at::Tensor rows(std::vector<double> values, std::int64_t count) {
  return at::tensor(values, at::kDouble).view({count, -1});
}

const at::Tensor logits = rows({2, 1, 0.5, -1}, 1), soft = rows({0.86, 0.14, 0, 0}, 1), hard = rows({1, 0, 0, 0}, 1);

at::Tensor random_logits() {
  torch::manual_seed(3);
  return at::randn({5, 4}, at::kDouble);
}
at::Tensor random_targets() {
  torch::manual_seed(4);
  return at::randn({5, 4}, at::kDouble).softmax(1);
}

}  // namespace

TEST_CASE("KL and cross entropy of a worked example", "[losses]") {
  CHECK(kl_divergence(logits, soft).item<double>() == Approx(0.230218).margin(1e-6));
  CHECK(cross_entropy(logits, soft).item<double>() == Approx(0.635182).margin(1e-6));
  CHECK(kl_divergence(logits, hard).item<double>() == Approx(cross_entropy(logits, hard).item<double>()));
  CHECK(kl_divergence(logits, hard).item<double>() == Approx(0.495182).margin(1e-6));
}

TEST_CASE("focal loss of a worked example for several exponents", "[losses]") {
  const double expected[] = {0.635182, 0.328707, 0.190936, 0.123103};
  for (int gamma = 0; gamma < 4; ++gamma)
    CHECK(focal_loss(logits, soft, gamma).item<double>() == Approx(expected[gamma]).margin(1e-6));
  CHECK(focal_loss(logits, hard, 2).item<double>() == Approx(0.075526).margin(1e-6));
}

TEST_CASE("gradients of a worked example", "[losses]") {
  const auto gradient = [](const std::function<at::Tensor(const at::Tensor&)>& loss) {
    const at::Tensor x = logits.clone().set_requires_grad(true);
    loss(x).backward();
    return x.grad();
  };
  const at::Tensor of_kl = gradient([](const at::Tensor& x) { return kl_divergence(x, soft); });
  CHECK((of_kl - rows({-0.250540, 0.084208, 0.135989, 0.030343}, 1)).abs().max().item<double>() < 1e-6);
  const at::Tensor of_focal = gradient([](const at::Tensor& x) { return focal_loss(x, soft, 2); });
  CHECK((of_focal - rows({-0.034665, -0.047000, 0.066767, 0.014898}, 1)).abs().max().item<double>() < 1e-6);
  CHECK(of_focal.sum().item<double>() == Approx(0).margin(1e-12));
}

TEST_CASE("with a soft target the focal loss is least where p is flatter than the target", "[losses]") {
  // Two classes, target 0.86 and 0.14; p of the least loss, to a thousandth.
  const double expected[] = {0.860, 0.735, 0.663, 0.623};
  const at::Tensor p = at::arange(1, 9999, at::kDouble) / 10000;
  const at::Tensor x = at::stack({p.log(), (1 - p).log()}, 1), target = rows({0.86, 0.14}, 1);
  for (int gamma = 0; gamma < 4; ++gamma) {
    double least = HUGE_VAL, where = 0;
    for (std::int64_t i = 0; i < p.size(0); i += 5)
      if (const double loss = focal_loss(x.narrow(0, i, 1), target, gamma).item<double>(); loss < least) {
        least = loss;
        where = p[i].item<double>();
      }
    CHECK(where == Approx(expected[gamma]).margin(1e-3));
  }
}

TEST_CASE("label smoothing spreads its share over all classes", "[losses]") {
  const at::Tensor spread = hard * 0.9 + 0.1 / 4;
  CHECK(cross_entropy(logits, hard, 0.1).item<double>() == Approx(cross_entropy(logits, spread).item<double>()));
}

TEST_CASE("class weights average as torch's cross entropy does", "[losses]") {
  const at::Tensor x = random_logits(), y = at::tensor(std::vector<std::int64_t>{0, 1, 2, 3, 1});
  const at::Tensor weights = at::tensor(std::vector<double>{0.5, 2, 1, 3}, at::kDouble);
  const double expected = at::cross_entropy_loss(x, y, weights).item<double>();
  CHECK(cross_entropy(x, at::one_hot(y, 4).to(at::kDouble), 0, weights).item<double>() == Approx(expected));
}

TEST_CASE("gradients of all losses agree with finite differences", "[losses]") {
  const at::Tensor y = random_targets(), weights = at::tensor(std::vector<double>{0.5, 2, 1, 3}, at::kDouble);
  const at::Tensor values = random_logits() * 3;
  const std::vector<std::pair<std::string, std::function<at::Tensor(const at::Tensor&)>>> all{
      {"cross entropy", [&](const at::Tensor& x) { return cross_entropy(x, y, 0.1, weights); }},
      {"KL", [&](const at::Tensor& x) { return kl_divergence(x, y, weights); }},
      {"focal", [&](const at::Tensor& x) { return focal_loss(x, y, 2, weights); }},
      {"focal, one class", [&](const at::Tensor& x) { return focal_loss(x, (y > 0.4).to(at::kDouble), 1.5); }},
      {"1 - CCC", [&](const at::Tensor& x) { return concordance_loss(x, values); }},
      {"MSE", [&](const at::Tensor& x) { return mean_squared_error(x, values); }},
  };
  for (const auto& [name, loss] : all) {
    INFO(name);
    CHECK(gradient_error(loss, random_logits()) < 1e-8);
  }
}

TEST_CASE("the concordance correlation is 1 for equal values and falls with a shift", "[losses]") {
  const at::Tensor y = rows({1, 2, 3, 4, 5}, 5);
  CHECK(concordance_loss(y, y).item<double>() == Approx(0).margin(1e-12));
  // Variance 2, shift 1: 2 x 2 / (2 + 2 + 1).
  CHECK(concordance_loss(y + 1, y).item<double>() == Approx(1 - 0.8));
  CHECK(concordance_loss(-y, y).item<double>() == Approx(1 + 4.0 / (4 + 36)));
}

TEST_CASE("unknown values take no part in a regression loss", "[losses]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const at::Tensor x = rows({1, 2, 9, 4}, 4), y = rows({1, 3, nan, 4}, 4);
  CHECK(mean_squared_error(x, y).item<double>() == Approx(1.0 / 3));
  const at::Tensor known = at::tensor(std::vector<std::int64_t>{0, 1, 3});
  CHECK(concordance_loss(x, y).item<double>() ==
        Approx(concordance_loss(x.index_select(0, known), y.index_select(0, known)).item<double>()));
  CHECK(mean_squared_error(x, at::full_like(y, nan)).item<double>() == 0);
}
