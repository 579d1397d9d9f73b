// Networks learn: overfit tests of every head, pooling, body and task on a study that can be learnt.
#include <ser/base/file.h>
#include <ser/train/scores.h>
#include <ser/train/trainer.h>
#include <tensor/train/toy_study.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

using namespace ser;

namespace {

double value_of(const Evaluated& evaluated, const std::string& name) {
  for (const auto& [key, value] : evaluated.scores)
    if (key == name) return value;
  FAIL("no score " + name);
  return 0;
}

/// The final score on the training part.
double overfit(const test::ToyStudy& study, const std::string& score, const std::string& name = "cell") {
  const NetworkCell cell = study.cell(name);
  Trainer trainer(cell);
  trainer.run();
  return value_of(trainer.evaluate(study.data.rows(study.fold, Part::train)), score);
}

std::vector<double> loss_curve(const test::ToyStudy& study, const std::string& name = "cell") {
  std::istringstream lines(read_file(study.folder / name / "metrics.jsonl"));
  std::vector<double> losses;
  for (std::string line; std::getline(lines, line);)
    losses.push_back(nlohmann::json::parse(line)["train"]["loss"].get<double>());
  return losses;
}

}  // namespace

TEST_CASE("every pooling with every head learns a small set by heart", "[train]") {
  for (const auto& [pooling, make] : pooling_registry())
    for (const auto& [head, make_one] : head_registry()) {
      INFO(pooling + ", " + head);
      test::ToyStudy study;
      study.config.network.pooling = pooling;
      study.config.network.pooling_options.hidden = 16;
      study.config.network.pooling_options.heads = 2;
      study.config.network.head = head;
      study.config.network.head_options.hidden = {32};
      study.config.training.epochs = pooling == "first" || pooling == "max" ? 80 : 20;
      study.config.training.select = "last";
      CHECK(overfit(study, "uar") == 1);
      const std::vector<double> losses = loss_curve(study);
      REQUIRE(losses.size() == static_cast<std::size_t>(study.config.training.epochs));
      CHECK(losses.back() < 0.5 * losses.front());
      CHECK(losses[losses.size() / 2] < losses.front());
    }
}

TEST_CASE("every body learns a small set by heart", "[train]") {
  for (const auto& [body, make] : body_registry())
    for (const std::string precision : {"fp32", "bf16"}) {
      INFO(body + ", " + precision);
      test::ToyStudy study(16);
      study.config.network.body = body;
      study.config.network.body_options = {{4, 8}, 8, 1, 0.0};
      study.config.training.epochs = 20;
      study.config.training.select = "last";
      study.config.training.precision = precision;
      CHECK(overfit(study, "uar") == 1);
    }
}

TEST_CASE("every optimiser and schedule learns", "[train]") {
  for (const std::string optimiser : {"adamw", "adam", "sgd"})
    for (const std::string schedule : {"constant", "linear", "cosine", "exponential"}) {
      INFO(optimiser + ", " + schedule);
      test::ToyStudy study;
      study.config.training.optimiser = optimiser;
      study.config.training.schedule = schedule;
      study.config.training.warmup = 0.1;
      study.config.training.learning_rate = optimiser == "sgd" ? 0.1 : 0.05;
      study.config.training.epochs = 20;
      study.config.training.select = "last";
      CHECK(overfit(study, "uar") == 1);
    }
}

TEST_CASE("normalisation, dropout, accumulation, averaging and balancing still learn", "[train]") {
  for (const std::string normalisation : {"none", "batch", "layer"}) {
    INFO(normalisation);
    test::ToyStudy study;
    study.config.network.head = "mlp";
    study.config.network.head_options = {{32}, 0.2, normalisation};
    study.config.network.spec_augment.probability = 1;
    study.config.network.spec_augment.time_width = 8;
    study.config.network.spec_augment.frequency_width = 3;
    study.config.loss.class_weight = "balanced";
    study.config.loss.label_smoothing = 0.1;
    study.config.training.sampling = "balanced";
    study.config.training.batch_clips = 4;
    study.config.training.accumulate = 3;
    study.config.training.average = 0.9;
    study.config.training.epochs = 40;
    study.config.training.select = "last";
    CHECK(overfit(study, "uar") == 1);
  }
}

TEST_CASE("accumulated batches make the step of one large batch", "[train]") {
  // The mean of batches of equal size, so the same gradient up to rounding.
  test::ToyStudy whole(24), parts(24);
  for (test::ToyStudy* study : {&whole, &parts}) {
    study->config.training.epochs = 3;
    study->config.training.optimiser = "sgd";
    study->config.training.select = "last";
    study->config.network.head_options.normalisation = "layer";
  }
  whole.config.training.batch_clips = 24;
  parts.config.training.batch_clips = 6;
  parts.config.training.accumulate = 4;
  const NetworkCell one = whole.cell(), other = parts.cell();
  Trainer a(one), b(other);
  a.run();
  b.run();
  CHECK(a.state().step == b.state().step);
  for (const auto& [name, tensor] : network_weights(a.network())) {
    INFO(name);
    CHECK((tensor - network_weights(b.network()).at(name)).abs().max().item<double>() < 1e-5);
  }
}

TEST_CASE("a distribution is learnt: kl falls to near 0", "[train]") {
  for (const bool kl : {true, false}) {
    test::ToyStudy study;
    study.config.network.task = "distribution";
    study.config.loss.cross_entropy = kl ? 0 : 1;
    study.config.loss.kl = kl ? 1 : 0;
    study.config.network.head = "mlp";
    study.config.training.epochs = 40;
    study.config.training.select = "last";
    const double entropy = -(0.7 * std::log(0.7) + 2 * 0.15 * std::log(0.15));
    CHECK(overfit(study, "loss") - (kl ? 0 : entropy) < 0.02);
  }
}

TEST_CASE("dimensions are learnt with ccc, with mse and with both", "[train]") {
  for (const auto& [ccc, mse] : std::vector<std::pair<double, double>>{{1, 0}, {0, 1}, {1, 0.5}}) {
    INFO("ccc " << ccc << ", mse " << mse);
    test::ToyStudy study(32);
    // A value that nobody annotated is left out.
    study.data.manifests[0].utterances[3].valence = std::numeric_limits<double>::quiet_NaN();
    study.config.network.task = "dimensions";
    study.config.loss.ccc = ccc;
    study.config.loss.mse = mse;
    study.config.training.epochs = 40;
    study.config.training.select = "last";
    study.config.training.learning_rate = 0.05;
    study.config.training.schedule = "linear";
    CHECK(overfit(study, "ccc") > 0.97);
    CHECK(loss_curve(study).back() < 0.2 * loss_curve(study).front());
  }
}

TEST_CASE("a dimension that nobody annotated has no score and cannot be trained", "[train]") {
  const at::Tensor unknown = at::full({4, 1}, std::numeric_limits<float>::quiet_NaN());
  const at::Tensor known = at::tensor({0.1F, 0.2F, 0.3F, 0.4F}).view({4, 1});
  NetworkOptions options;
  options.task = "dimensions";
  options.dimensions = {"arousal", "valence"};
  Targets targets;
  targets.dimensions = at::cat({known, unknown}, 1);
  Objective objective({{}, options, {}, 0, 0, nullptr});
  const NamedValues values = scores(at::cat({known, known}, 1), targets, objective, options);
  CHECK(values == NamedValues{{"loss", 0}, {"ccc_arousal", 1}, {"ccc", 1}});
  test::ToyStudy study;
  study.config.network.task = "dimensions";
  for (Utterance& u : study.data.manifests[0].utterances) u.dominance = std::numeric_limits<double>::quiet_NaN();
  const NetworkCell cell = study.cell();
  CHECK_THROWS_WITH(Trainer(cell), Catch::Contains("no utterance has a value of dominance"));
}

TEST_CASE("the best epoch on dev is kept, the last where that is asked for", "[train]") {
  test::ToyStudy study;
  study.config.training.epochs = 12;
  study.config.training.criterion = "loss";
  study.config.training.learning_rate = 0.3;  // coarse steps, so that dev does not only get better
  const NetworkCell best_cell = study.cell("best");
  Trainer best(best_cell);
  best.run();
  std::istringstream lines(read_file(study.folder / "best" / "metrics.jsonl"));
  double lowest = HUGE_VAL;
  std::int64_t epoch = -1, count = 0;
  for (std::string line; std::getline(lines, line); ++count)
    if (const double loss = nlohmann::json::parse(line)["dev"]["loss"].get<double>(); loss < lowest) {
      lowest = loss;
      epoch = count;
    }
  CHECK(best.state().best_epoch == epoch);
  CHECK(value_of(best.evaluate(study.data.rows(study.fold, Part::dev)), "loss") == Approx(lowest).epsilon(1e-5));
}

TEST_CASE("training stops when dev does not get better for patience epochs", "[train]") {
  test::ToyStudy study;
  study.config.training.epochs = 200;
  study.config.training.patience = 3;
  const NetworkCell cell = study.cell();
  Trainer trainer(cell);
  trainer.run();
  CHECK(trainer.state().epoch < 200);
  CHECK(trainer.state().epoch == trainer.state().best_epoch + 1 + 3);
}

TEST_CASE("the number of threads changes nothing but rounding", "[train]") {
  test::ToyStudy study;
  study.config.network.head = "mlp";
  study.config.network.head_options.dropout = 0.3;
  study.config.training.epochs = 5;
  const NetworkCell one = study.cell("one");
  Trainer a(one);
  a.run();
  study.threads = 3;
  const NetworkCell three = study.cell("three");
  Trainer b(three);
  b.run();
  at::set_num_threads(1);
  const NamedTensors weights = network_weights(b.network());
  for (const auto& [name, tensor] : network_weights(a.network()))
    CHECK((tensor - weights.at(name)).abs().max().item<double>() < 1e-4);
}

namespace {

/// The method of papers/mll-eam-flam.md on the toy study's frames.
void use_multi_loss(NetworkConfig& c) {
  c.network.frame_attention = 4;
  c.network.pooling = "self-attention";
  c.network.head = "projection";
  c.network.head_options.hidden = {16};
  c.loss.cross_entropy = 0;
  c.loss.kl = c.loss.focal = c.loss.center = c.loss.supcon = 1;
  c.loss.supcon_dimension = 16;
  c.loss.scale = "first-batch";
  c.training.optimiser = "adam";
  c.training.weight_decay = 0;
  c.training.select = "last";
}

}  // namespace

TEST_CASE("all losses of the multi-loss method together learn eight clips by heart, in both precisions", "[train]") {
  for (const std::string precision : {"fp32", "bf16"}) {
    test::ToyStudy study(8);
    use_multi_loss(study.config);
    study.config.training.precision = precision;
    study.config.training.epochs = 30;
    CHECK(overfit(study, "uar") == 1);
    const std::vector<double> losses = loss_curve(study);
    CHECK(losses.front() < 4.5);  // each term starts near 1
    CHECK(losses.back() < 0.6 * losses.front());
  }
}

TEST_CASE("each term of the multi-loss method lowers itself in 50 steps", "[train]") {
  const std::vector<std::pair<std::string, double LossOptions::*>> terms{
      {"focal", &LossOptions::focal}, {"center", &LossOptions::center}, {"supcon", &LossOptions::supcon}};
  for (const auto& [name, weight] : terms) {
    INFO(name);
    test::ToyStudy study(8);
    use_multi_loss(study.config);
    LossOptions& loss = study.config.loss;
    loss.focal = loss.center = loss.supcon = 0;
    loss.kl = name == "focal" ? 0 : 1e-9;  // something must teach the outputs
    loss.scale = "none";
    loss.*weight = 1;
    study.config.training.epochs = 50;
    overfit(study, "loss");
    const std::vector<double> losses = loss_curve(study);
    // With about 100 positives per frame the contrast cannot fall below log(100).
    CHECK(losses.back() < (name == "supcon" ? 0.85 : 0.7) * losses.front());
  }
}

TEST_CASE("the centers move at their own rate, by the schedule of the others", "[train]") {
  test::ToyStudy study(8);
  use_multi_loss(study.config);
  study.config.loss.center_learning_rate = 0.1;
  study.config.training.learning_rate = 1e-9;
  study.config.training.epochs = 1;
  study.config.training.batch_clips = 8;
  const NetworkCell cell = study.cell();
  Trainer trainer(cell);
  const at::Tensor centers = trainer.objective().own_parameters().at(0).parameter;
  const at::Tensor before = centers.detach().clone();
  trainer.run();
  // Adam's first step is the learning rate, in the direction of the gradient's sign.
  const at::Tensor moved = (centers.detach() - before).abs();
  CHECK(moved.max().item<double>() == Approx(0.1).epsilon(1e-3));
  CHECK(moved.min().item<double>() == Approx(0.1).epsilon(1e-2));
}
