// Center loss and the supervised contrastive loss: closed forms (papers/mll-eam-flam.md section 12), gradients,
// padding, memory.
#include <c10/util/ThreadLocalDebugInfo.h>
#include <ser/base/error.h>
#include <ser/nn/losses/center_loss.h>
#include <ser/nn/losses/losses.h>
#include <ser/nn/losses/objective.h>
#include <ser/nn/losses/supervised_contrast.h>
#include <tensor/nn/gradient_error.h>

#include <catch2/catch.hpp>
#include <cmath>

using namespace ser;
using test::gradient_error;

namespace {

at::Tensor rows(std::vector<double> values, std::int64_t count) {
  return at::tensor(values, at::kDouble).view({count, -1});
}
at::Tensor labels(std::vector<std::int64_t> values) { return at::tensor(values, at::kLong); }

/// The definition, term by term.
double by_definition(const at::Tensor& x, const at::Tensor& y, double temperature) {
  const std::int64_t n = x.size(0);
  const at::Tensor products = at::mm(x, x.t()) / temperature;
  double sum = 0;
  int anchors = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    double others = 0, term = 0;
    int positives = 0;
    for (std::int64_t k = 0; k < n; ++k)
      if (k != i) others += std::exp(products[i][k].item<double>());
    for (std::int64_t j = 0; j < n; ++j)
      if (j != i && y[j].item<std::int64_t>() == y[i].item<std::int64_t>()) {
        term += products[i][j].item<double>() - std::log(others);
        ++positives;
      }
    if (positives == 0) continue;
    sum -= term / positives;
    ++anchors;
  }
  return sum / anchors;
}

at::Tensor random_rows(std::int64_t count, std::int64_t dimension, std::uint64_t seed) {
  torch::manual_seed(seed);
  return at::randn({count, dimension}, at::kDouble);
}

LossContext context_of(const LossOptions& options, std::int64_t frame_dimension) {
  NetworkOptions network;
  network.head = "projection";
  network.head_options.hidden = {6};
  return {options, network, {}, 3, frame_dimension, make_head("projection", frame_dimension, 3, network.head_options)};
}

Targets one_hot(std::vector<std::int64_t> classes) {
  Targets targets;
  targets.distribution = at::one_hot(labels(std::move(classes)), 3).to(at::kFloat);
  return targets;
}

/// Counts the bytes of tensors while it lives.
class TensorBytes {
 public:
  TensorBytes() : counter_(std::make_shared<Counter>()), guard_(c10::DebugInfoKind::PROFILER_STATE, counter_) {}
  std::int64_t peak() const { return counter_->peak; }

 private:
  struct Counter final : c10::MemoryReportingInfoBase {
    void reportMemoryUsage(void*, int64_t size, size_t, size_t, c10::Device) override {
      now += size;
      peak = std::max(peak, now);
    }
    bool memoryProfilingEnabled() const override { return true; }
    std::int64_t now = 0, peak = 0;
  };
  std::shared_ptr<Counter> counter_;
  c10::DebugInfoGuard guard_;
};

/// Peak of forward and backward pass over `clips` of 6.25 s, 312 frames of 1024 values each.
double contrast_megabytes(std::int64_t clips) {
  LossOptions options;
  NetworkOptions network;
  const auto head = make_head("projection", 1024, 3, network.head_options);
  const auto term = make_frame_contrast({options, network, {}, 3, 1024, head});
  NetworkOutput output;
  output.frames = {at::randn({clips, 312, 1024}).set_requires_grad(true),
                   std::vector<std::int64_t>(static_cast<std::size_t>(clips), 312)};
  std::vector<std::int64_t> classes;
  for (std::int64_t i = 0; i < clips; ++i) classes.push_back(i % 3);
  const Targets targets = one_hot(classes);
  const TensorBytes bytes;
  term->value(output, targets).backward();
  return static_cast<double>(bytes.peak()) / (1 << 20);
}

}  // namespace

TEST_CASE("center loss of a worked example, with its gradients", "[losses]") {
  const at::Tensor z = rows({1, 0, 0, 1, 2, 2}, 3).set_requires_grad(true);
  const at::Tensor centers = rows({0, 0, 1, 1}, 2).set_requires_grad(true);
  const at::Tensor loss = center_loss(z, labels({0, 1, 1}), centers);
  CHECK(loss.item<double>() == Approx(4.0 / 3));
  loss.backward();
  const double third = 2.0 / 3;
  CHECK((z.grad() - rows({third, 0, -third, 0, third, third}, 3)).abs().max().item<double>() < 1e-12);
  CHECK((centers.grad() - rows({-third, 0, 0, -third}, 2)).abs().max().item<double>() < 1e-12);
}

TEST_CASE("context broadcasting draws frames half way to their clip's mean", "[losses]") {
  const at::Tensor x = rows({1, 0, 3, 2, 5, -2}, 3), clips = labels({0, 0, 0});
  const at::Tensor mean = x.mean(0, true), once = context_broadcast(x, clips, mean);
  CHECK(once.equal(rows({2, 0, 3, 1, 4, -1}, 3)));
  CHECK(once.mean(0).equal(mean[0]));
  CHECK((once.var(0, false) - x.var(0, false) / 4).abs().max().item<double>() < 1e-12);
  CHECK_FALSE(context_broadcast(once, clips, mean).equal(once));
  // As a matrix over time: eigenvalue 1 once (the mean), 1/2 for all else.
  constexpr std::int64_t frames = 5;
  const at::Tensor identity = at::eye(frames, at::kDouble);
  const at::Tensor matrix = context_broadcast(identity, at::zeros({frames}, at::kLong), identity.mean(0, true));
  const at::Tensor values = std::get<0>(at::linalg_eigh(matrix, "L"));
  CHECK((values - at::tensor(std::vector<double>{0.5, 0.5, 0.5, 0.5, 1}, at::kDouble)).abs().max().item<double>() <
        1e-12);
  CHECK((matrix - matrix.t()).abs().max().item<double>() < 1e-12);
}

TEST_CASE("supervised contrast of worked examples", "[losses]") {
  const at::Tensor x = rows({1, 0, 0.8, 0.6, 0, 1, -0.6, 0.8}, 4), y = labels({0, 0, 1, 1});
  const std::vector<std::pair<double, double>> expected{
      {1, 0.673577}, {0.5, 0.430190}, {0.1, 0.063780}, {0.07, 0.027933}};
  for (const auto& [temperature, value] : expected)
    CHECK(supervised_contrast(x, y, temperature).item<double>() == Approx(value).margin(1e-6));
  // All alike: log(n - 1), whatever the temperature.
  for (const double temperature : {0.07, 1.0})
    CHECK(supervised_contrast(at::ones({6, 3}, at::kDouble), labels({0, 0, 1, 1, 2, 2}), temperature).item<double>() ==
          Approx(std::log(5)));
  // Two classes at +1 and -1.
  CHECK(supervised_contrast(rows({1, 1, 1, -1, -1, -1}, 6), labels({0, 0, 0, 1, 1, 1}), 0.5).item<double>() ==
        Approx(std::log(2 + 3 * std::exp(-4))));
}

TEST_CASE("supervised contrast: definition, blocks, order, rotation, anchors without positives", "[losses]") {
  const at::Tensor x = torch::nn::functional::normalize(random_rows(23, 5, 1));
  torch::manual_seed(2);
  const at::Tensor y = at::randint(0, 4, {23}, at::kLong);
  const double value = supervised_contrast(x, y, 0.1).item<double>();
  CHECK(value == Approx(by_definition(x, y, 0.1)).epsilon(1e-10));
  for (const std::int64_t block : {1, 4, 22, 23, 100}) {
    CHECK(supervised_contrast(x, y, 0.1, block).item<double>() == Approx(value).epsilon(1e-12));
    CHECK(supervised_contrast(x.to(at::kFloat), y, 0.1, block).item<double>() == Approx(value).epsilon(1e-5));
  }
  const at::Tensor order = at::randperm(23, at::kLong);
  CHECK(supervised_contrast(x.index_select(0, order), y.index_select(0, order), 0.1).item<double>() ==
        Approx(value).epsilon(1e-12));
  const at::Tensor rotation = std::get<0>(at::linalg_qr(random_rows(5, 5, 3)));
  CHECK(supervised_contrast(at::mm(x, rotation), y, 0.1).item<double>() == Approx(value).epsilon(1e-10));
  // A class of one frame is no anchor, but is told apart from.
  const at::Tensor lonely = labels({0, 0, 1});
  CHECK(supervised_contrast(x.narrow(0, 0, 3), lonely, 0.1).item<double>() ==
        Approx(by_definition(x.narrow(0, 0, 3), lonely, 0.1)));
  CHECK(supervised_contrast(x.narrow(0, 0, 3), labels({0, 1, 2}), 0.1).item<double>() == 0);
  CHECK(supervised_contrast(x.narrow(0, 0, 1), labels({0}), 0.1).item<double>() == 0);
}

TEST_CASE("gradients of center loss and supervised contrast agree with finite differences", "[losses]") {
  const at::Tensor y = labels({0, 1, 2, 0, 1, 0, 2, 1, 3}), centers = random_rows(4, 3, 5);
  CHECK(gradient_error([&](const at::Tensor& x) { return center_loss(x, y, centers); }, random_rows(9, 3, 4)) < 1e-8);
  CHECK(gradient_error([&](const at::Tensor& c) { return center_loss(random_rows(9, 3, 4), y, c); }, centers) < 1e-8);
  for (const std::int64_t block : {2, 9})
    for (const double temperature : {0.1, 1.0})
      CHECK(gradient_error([&](const at::Tensor& x) { return 3 * supervised_contrast(x, y, temperature, block); },
                           random_rows(9, 3, 6) * 0.5) < 1e-7);
}

TEST_CASE("frame-level contrast: a clip's padding and the stride's last frame", "[losses]") {
  LossOptions options;
  options.supcon_dimension = 4;
  for (const int stride : {1, 3}) {
    options.supcon_frame_stride = stride;
    torch::manual_seed(7);
    const auto term = make_frame_contrast(context_of(options, 6));
    torch::manual_seed(8);
    const at::Tensor longer = at::randn({1, 11, 6}), shorter = at::randn({1, 5, 6}), third = at::randn({1, 5, 6});
    NetworkOutput tight, padded;
    const at::Tensor rubbish = at::full({1, 6, 6}, 1e3F);
    tight.frames = {at::cat({shorter, third}), {5, 5}};
    padded.frames = {at::cat({at::cat({shorter, rubbish}, 1), at::cat({third, rubbish}, 1)}), {5, 5}};
    const Targets targets = one_hot({0, 1});
    CHECK(term->value(padded, targets).item<double>() ==
          Approx(term->value(tight, targets).item<double>()).epsilon(1e-6));
    padded.frames = {at::cat({longer, at::cat({shorter, rubbish}, 1)}), {11, 5}};
    CHECK(std::isfinite(term->value(padded, targets).item<double>()));
  }
  options.supcon_share_projection = true;
  const auto shared = make_frame_contrast(context_of(options, 6));
  CHECK(shared->parameters().empty());
  LossContext linear = context_of(options, 6);
  linear.network.head = "linear";
  CHECK_THROWS_AS(make_frame_contrast(linear), UsageError);
}

TEST_CASE("frame-level contrast of 16 clips of 6.25 s takes less than 150 MB, and grows with the frames", "[losses]") {
  const double once = contrast_megabytes(16), twice = contrast_megabytes(32);
  INFO("MB: " << once << " for 16 clips, " << twice << " for 32");
  CHECK(once > 20);  // the gradient alone
  CHECK(once < 150);
  CHECK(twice < 2.1 * once);
}

TEST_CASE("an objective without focal and contrast is KL and center loss, to the bit", "[losses]") {
  LossOptions options;
  options.cross_entropy = 0;
  options.kl = 1;
  options.center = 0.002;
  torch::manual_seed(9);
  Objective objective(context_of(options, 6));
  REQUIRE(objective.names() == std::vector<std::string>{"kl", "center"});
  REQUIRE(objective.own_parameters().size() == 1);
  const at::Tensor centers = objective.own_parameters()[0].parameter;
  CHECK(centers.sizes() == at::IntArrayRef({3, 6}));
  NetworkOutput output;
  output.features = at::randn({4, 6});
  output.outputs = at::randn({4, 3});
  const Targets targets = one_hot({0, 2, 1, 1});
  const Objective::Value value = objective.value(output, targets);
  CHECK(value.total.equal(kl_divergence(output.outputs, targets.distribution) * 1.0 +
                          center_loss(output.features, targets.distribution.argmax(1), centers) * 0.002));
  CHECK(objective.value_of_outputs(output.outputs, targets).equal(value.terms[0]));
}

TEST_CASE("scaled by the first batch, each term starts at its weight", "[losses]") {
  LossOptions options;
  options.cross_entropy = 0;
  options.kl = 1;
  options.focal = 0.5;
  options.center = 0.25;
  options.scale = "first-batch";
  Objective objective(context_of(options, 6));
  NetworkOutput output;
  output.features = at::randn({4, 6});
  output.outputs = at::randn({4, 3});
  const Targets targets = one_hot({0, 2, 1, 1});
  REQUIRE(objective.wants_scales());
  objective.set_scales(objective.value(output, targets).terms);
  CHECK(objective.value(output, targets).total.item<double>() == Approx(1.75).epsilon(1e-6));
  LossOptions nothing;
  nothing.cross_entropy = 0;
  nothing.center = 1;
  CHECK_THROWS_AS(Objective(context_of(nothing, 6)), UsageError);
}
