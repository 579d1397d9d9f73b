#include <ser/base/error.h>
#include <ser/classic/grid_search.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "problems.h"

using namespace ser;

namespace {

/// Nothing, and a visible word, in a build without LibTorch.
std::unique_ptr<Learner> mlp(const std::vector<std::pair<std::string, std::vector<std::string>>>& options = {}) {
  try {
    auto learner = make_learner("mlp");
    for (const auto& [key, values] : options) set_learner_option(*learner, key, values);
    return learner;
  } catch (const UsageError&) {
    throw;
  } catch (const Error& error) {
    WARN("SKIPPED, no tensor module: " << error.what());
    return nullptr;
  }
}

/// Class 1 where exactly one of two signs is positive: no line separates it.
TrainingSet exclusive_or(std::size_t rows, std::uint64_t seed) {
  TrainingSet data;
  data.x = Matrix(rows, 2);
  data.classes = 2;
  Random random(seed, "xor");
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < 2; ++j)
      data.x(i, j) = static_cast<float>((random.below(2) ? 1 : -1) * (0.3 + random.uniform()));
    data.y.push_back((data.x(i, 0) > 0) != (data.x(i, 1) > 0));
  }
  return data;
}

double recall(const Learner& learner, const TrainingSet& data) {
  return pooled_recall(data.y, largest_columns(learner.predict(data.x)), data.classes);
}

}  // namespace

TEST_CASE("the MLP learns what no linear learner can", "[classic][mlp]") {
  const auto learner = mlp({{"hidden", {"16"}}, {"learning_rate", {"0.01"}}});
  if (!learner) return;
  learner->fit(exclusive_or(400, 1), {});
  CHECK(recall(*learner, exclusive_or(400, 2)) > 0.97);
  const auto line = make_learner("logreg");
  line->fit(exclusive_or(400, 1), {});
  CHECK(recall(*line, exclusive_or(400, 2)) < 0.65);
}

TEST_CASE("the MLP's probabilities are softmax(W2 relu(W1 x + b1) + b2) of its saved weights", "[classic][mlp]") {
  const auto learner = mlp({{"hidden", {"5"}}, {"epochs", {"3"}}});
  if (!learner) return;
  const TrainingSet data = gaussian_classes(40, 4, 3, 1);
  learner->fit(data, {});
  const TensorMap t = learner->save();
  const Matrix p = learner->predict(data.x);
  for (std::size_t i = 0; i < 40; ++i) {
    std::vector<double> hidden = t.at("layer0.bias").values, logits = t.at("layer1.bias").values;
    for (std::size_t h = 0; h < 5; ++h) {
      for (std::size_t j = 0; j < 4; ++j)
        hidden[h] += t.at("layer0.weight").values[h * 4 + j] * static_cast<double>(data.x(i, j));
      for (std::size_t k = 0; k < 3; ++k)
        logits[k] += t.at("layer1.weight").values[k * 5 + h] * std::max(0.0, hidden[h]);
    }
    double sum = 0;
    for (const double logit : logits) sum += std::exp(logit);
    for (std::size_t k = 0; k < 3; ++k) CHECK(p(i, k) == Approx(std::exp(logits[k]) / sum).margin(1e-5));
  }
}

TEST_CASE("the MLP gives the same bits for the same seed, dropout included", "[classic][mlp]") {
  const auto one = mlp({{"epochs", {"5"}}, {"dropout", {"0.3"}}, {"hidden", {"8", "6"}}, {"batch_size", {"16"}}});
  if (!one) return;
  const TrainingSet data = gaussian_classes(50, 6, 3, 1);
  one->fit(data, {7, 1});
  const Matrix first = one->predict(data.x);
  one->fit(data, {8, 1});
  CHECK(one->predict(data.x).values != first.values);
  one->fit(data, {7, 1});
  CHECK(one->predict(data.x).values == first.values);

  const auto copy = mlp();
  copy->load(one->save());
  CHECK(copy->predict(data.x).values == first.values);
  TensorMap broken = one->save();
  broken["layer1.bias"].values.pop_back();
  CHECK_THROWS_AS(copy->load(broken), DataError);
  CHECK_THROWS_AS(copy->predict(Matrix(1, 5)), DataError);
}

TEST_CASE("the MLP keeps the best epoch on dev and never looks at dev otherwise", "[classic][mlp]") {
  const auto early = mlp({{"patience", {"5"}}, {"epochs", {"300"}}, {"learning_rate", {"0.01"}}});
  if (!early) return;
  TrainingSet data = gaussian_classes(80, 30, 3, 0.4);
  const TrainingSet dev = gaussian_classes(200, 30, 3, 0.4, 2);
  const auto full = mlp({{"epochs", {"300"}}, {"learning_rate", {"0.01"}}});
  full->fit(data, {});
  data.x_dev = dev.x;
  data.y_dev = dev.y;
  early->fit(data, {});
  CHECK(recall(*early, dev) >= recall(*full, dev));
  CHECK(early->predict(dev.x).values != full->predict(dev.x).values);
  data.y_dev.pop_back();
  CHECK_THROWS_AS(early->fit(data, {}), DataError);
}

TEST_CASE("the MLP stands absent classes, weighs rare ones and finds nothing in shuffled labels", "[classic][mlp]") {
  const auto learner = mlp({{"epochs", {"60"}}});
  if (!learner) return;
  TrainingSet data = gaussian_classes(120, 5, 2, 1);
  for (int& label : data.y) label = label == 0 ? 1 : 3;
  data.classes = 5;
  learner->fit(data, {});
  const Matrix p = learner->predict(data.x);
  for (std::size_t i = 0; i < p.rows; ++i) {
    CHECK((p(i, 0) == 0 && p(i, 2) == 0 && p(i, 4) == 0));
    CHECK(std::accumulate(p.row(i).begin(), p.row(i).end(), 0.0) == Approx(1).margin(1e-6));
  }
  TrainingSet one = data;
  for (int& label : one.y) label = 3;
  CHECK_THROWS_AS(learner->fit(one, {}), DataError);

  TrainingSet shuffled = gaussian_classes(300, 10, 4, 1);
  Random(3, "labels").shuffle(shuffled.y);
  learner->fit(shuffled, {});
  CHECK(recall(*learner, gaussian_classes(1500, 10, 4, 1, 2)) == Approx(0.25).margin(0.08));

  TrainingSet rare = gaussian_classes(600, 2, 2, 0.8);
  for (std::size_t i = 0; i < 600; ++i)
    if (rare.y[i] == 1 && i % 8) rare.y[i] = 0, rare.x(i, 0) += 0.8F, rare.x(i, 1) -= 0.8F;
  const auto plain = mlp({{"epochs", {"60"}}, {"class_weight", {"none"}}});
  plain->fit(rare, {});
  learner->fit(rare, {});
  CHECK(recall(*learner, rare) > recall(*plain, rare) + 0.05);
}
