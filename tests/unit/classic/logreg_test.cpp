#include <ser/classic/logreg.h>
#include <ser/classic/row_space.h>
#include <ser/classic/softmax_objective.h>
#include <ser/classic/standardiser.h>
#include <ser/classic/svm.h>
#include <ser/classic/training_set.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "golden.h"
#include "problems.h"

using namespace ser;

namespace {

LogregOptions tight(double c, const std::string& class_weight) { return {c, class_weight, 1e-8, 10000}; }

TrainingSet standardised(const std::string& name) {
  TrainingSet data = golden::data(name);
  Standardiser standardiser;
  standardiser.fit(data.x);
  standardiser.apply(data.x);
  return data;
}

double objective(const LogisticRegression& learner, const TrainingSet& data, double c, const std::string& mode) {
  std::vector<double> parameters = learner.model().coefficients, gradient;
  parameters.insert(parameters.end(), learner.model().intercepts.begin(), learner.model().intercepts.end());
  gradient.resize(parameters.size());
  const std::vector<double> weights = utterance_weights(data, learner.model().present, mode);
  const SoftmaxProblem problem{data.x, data.y, weights, data.classes, c, 1};
  return softmax_loss(problem, parameters, gradient, Precision::dual) * c *
         std::accumulate(weights.begin(), weights.end(), 0.0);
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

}  // namespace

TEST_CASE("logistic regression finds scikit-learn's optimum, weights and probabilities", "[classic][logreg]") {
  const auto models = golden::models("LogisticRegression");
  REQUIRE(models.size() == 19);
  for (const auto& model : models) {
    INFO(model.name);
    TrainingSet data = standardised(model.data);
    if (model.sample_weight != "none")
      for (const auto& row : golden::numbers("sample_weight_A.tsv")) data.weights.push_back(row[0]);
    LogisticRegression learner(tight(model.c, model.class_weight));
    learner.fit(data, {});
    CHECK(objective(learner, data, model.c, model.class_weight) == Approx(model.objectives[0]).epsilon(1e-6));

    const auto rows = golden::numbers(model.name + ".tsv", 1);
    REQUIRE(rows.size() == learner.model().rows());
    for (std::size_t k = 0; k < rows.size(); ++k) {
      CHECK(learner.model().intercepts[k] == Approx(rows[k][0]).margin(2e-4));
      for (std::size_t j = 0; j + 1 < rows[k].size(); ++j)
        CHECK(learner.model().coefficients[k * data.x.columns + j] == Approx(rows[k][j + 1]).margin(2e-4));
    }
    const Matrix probabilities = learner.predict(data.x);
    const auto expected = golden::numbers(model.name + "_probabilities.tsv");
    for (std::size_t i = 0; i < probabilities.rows; ++i)
      for (std::size_t k = 0; k < probabilities.columns; ++k)
        CHECK(probabilities(i, k) == Approx(expected[i][k]).margin(1e-5));
  }
}

TEST_CASE("at the default tolerance the objective is within 1e-4 of scikit-learn's optimum", "[classic][logreg]") {
  for (const auto& model : golden::models("LogisticRegression")) {
    if (model.sample_weight != "none") continue;
    INFO(model.name);
    const TrainingSet data = standardised(model.data);
    LogisticRegression learner({model.c, model.class_weight, 1e-4, 1000});
    learner.fit(data, {});
    CHECK(learner.last_fit().converged);
    CHECK(objective(learner, data, model.c, model.class_weight) == Approx(model.objectives[0]).epsilon(1e-4));
  }
}

TEST_CASE("the gradient of the loss is its finite difference", "[classic][logreg]") {
  for (const int classes : {2, 3, 8}) {
    const TrainingSet data = gaussian_classes(150, 37, classes, 0.5);
    std::vector<double> weights(150);
    Random random(5, "weights");
    for (double& weight : weights) weight = random.uniform();
    const SoftmaxProblem problem{data.x, data.y, weights, classes, 0.3, 1};
    std::vector<double> point(problem.size()), gradient(point.size()), unused(point.size());
    for (double& value : point) value = 0.3 * random.normal();
    softmax_loss(problem, point, gradient, Precision::dual);
    for (std::size_t j = 0; j < point.size(); j += 7) {
      const double step = 1e-5, at = point[j];
      point[j] = at + step;
      const double above = softmax_loss(problem, point, unused, Precision::dual);
      point[j] = at - step;
      const double below = softmax_loss(problem, point, unused, Precision::dual);
      point[j] = at;
      CHECK(gradient[j] == Approx((above - below) / (2 * step)).margin(1e-8));
    }
    std::vector<double> coarse(point.size());
    softmax_loss(problem, point, coarse, Precision::single);
    CHECK(largest_difference(coarse, gradient) < 1e-6);
  }
}

TEST_CASE("the fit does not depend on the number of threads and hardly on the order of rows", "[classic][logreg]") {
  const TrainingSet data = gaussian_classes(700, 900, 4, 0.1);
  LogisticRegression one({1e-3, "balanced", 1e-6, 1000}), three = one, shuffled = one;
  one.fit(data, {42, 1});
  three.fit(data, {42, 3});
  CHECK(one.model().coefficients == three.model().coefficients);
  CHECK(one.model().intercepts == three.model().intercepts);

  std::vector<std::size_t> order(data.x.rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random(3, "order").shuffle(order);
  TrainingSet other = data;
  for (std::size_t i = 0; i < order.size(); ++i) {
    std::ranges::copy(data.x.row(order[i]), other.x.row(i).begin());
    other.y[i] = data.y[order[i]];
  }
  shuffled.fit(other, {});
  CHECK(largest_difference(one.model().coefficients, shuffled.model().coefficients) < 1e-4);
}

TEST_CASE("an integer weight equals that many copies of the utterance", "[classic][logreg]") {
  TrainingSet weighted = gaussian_classes(60, 5, 3, 1), copied;
  copied.classes = 3;
  copied.x.columns = 5;
  for (std::size_t i = 0; i < 60; ++i) {
    weighted.weights.push_back(static_cast<double>(i % 4));
    for (std::size_t copy = 0; copy < i % 4; ++copy) {
      const auto row = weighted.x.row(i);
      copied.x.values.insert(copied.x.values.end(), row.begin(), row.end());
      copied.y.push_back(weighted.y[i]);
      ++copied.x.rows;
    }
  }
  for (const char* mode : {"none", "balanced"}) {
    LogisticRegression a(tight(1, mode)), b(tight(1, mode));
    a.fit(weighted, {});
    b.fit(copied, {});
    CHECK(largest_difference(a.model().coefficients, b.model().coefficients) < 1e-5);
  }
}

TEST_CASE("wide data have their optimum in the row space", "[classic][logreg]") {
  for (const int classes : {2, 4}) {
    TrainingSet data = gaussian_classes(70, 600, classes, 0.2);
    for (std::size_t j = 0; j < 600; ++j) data.x(9, j) = data.x(8, j), data.x(11, j) = 0;
    LogisticRegression learner(tight(0.1, "balanced"));
    learner.fit(data, {});
    std::vector<double> parameters = learner.model().coefficients, gradient;
    parameters.insert(parameters.end(), learner.model().intercepts.begin(), learner.model().intercepts.end());
    gradient.resize(parameters.size());
    const auto weights = utterance_weights(data, learner.model().present, "balanced");
    softmax_loss({data.x, data.y, weights, classes, 0.1, 1}, parameters, gradient, Precision::dual);
    CHECK(max_norm(gradient) < 1e-6);

    const RowSpace space(data.x);
    CHECK(space.coordinates().columns == 68);
    const std::vector<double> again = space.expand(space.reduce(learner.model().coefficients));
    CHECK(largest_difference(again, learner.model().coefficients) < 1e-6);
    LinearSvm svm({0.1, "balanced", 1e-8});
    svm.fit(data, {});
    const auto through_space = space.reduce(svm.model().coefficients);
    TrainingSet narrow = data;
    narrow.x = space.coordinates();
    svm.fit(narrow, {});
    CHECK(largest_difference(through_space, svm.model().coefficients) < 1e-4);
  }
  TrainingSet zeros = gaussian_classes(5, 100, 2, 1);
  zeros.y = {0, 1, 0, 1, 0};
  std::ranges::fill(zeros.x.values, 0.0F);
  LogisticRegression learner({1, "balanced"});
  learner.fit(zeros, {});
  CHECK(learner.predict(zeros.x)(0, 1) == Approx(0.5).margin(1e-4));
}

TEST_CASE("a warm start ends at the optimum of a cold one", "[classic][logreg]") {
  const TrainingSet data = gaussian_classes(300, 400, 3, 0.2);
  LogisticRegression warm, cold({1, "balanced", 1e-4, 1000});
  for (const char* c : {"0.001", "0.01", "0.1", "1"}) {
    set_learner_option(warm, "c", {c});
    warm.fit(data, {});
  }
  cold.fit(data, {});
  CHECK(objective(warm, data, 1, "balanced") == Approx(objective(cold, data, 1, "balanced")).epsilon(1e-4));
}

TEST_CASE("features that vary together cost few iterations and change no optimum", "[classic][logreg]") {
  for (const int classes : {2, 4}) {
    TrainingSet data = steep_classes(1300, 800, classes);
    Standardiser standardiser;
    standardiser.fit(data.x);
    standardiser.apply(data.x);
    LogisticRegression learner({0.01, "balanced", 1e-4, 1000}), exact(tight(0.01, "balanced"));
    learner.fit(data, {});
    exact.fit(data, {});
    CHECK(learner.last_fit().converged);
    CHECK(learner.last_fit().iterations < 60);
    CHECK(objective(learner, data, 0.01, "balanced") == Approx(objective(exact, data, 0.01, "balanced")).epsilon(1e-4));

    std::vector<double> parameters = exact.model().coefficients, gradient;
    parameters.insert(parameters.end(), exact.model().intercepts.begin(), exact.model().intercepts.end());
    gradient.resize(parameters.size());
    const auto weights = utterance_weights(data, exact.model().present, "balanced");
    softmax_loss({data.x, data.y, weights, classes, 0.01, 1}, parameters, gradient, Precision::dual);
    CHECK(max_norm(gradient) < 1e-7);
  }
}

TEST_CASE("directions kept from other data of the same shape change no optimum", "[classic][logreg]") {
  const TrainingSet first = steep_classes(900, 800, 3), second = gaussian_classes(900, 800, 3, 0.2, 2);
  LogisticRegression warm({0.01, "balanced", 1e-4, 1000}), cold = warm;
  warm.fit(first, {});
  warm.fit(second, {});
  cold.fit(second, {});
  CHECK(warm.last_fit().converged);
  CHECK(objective(warm, second, 0.01, "balanced") == Approx(objective(cold, second, 0.01, "balanced")).epsilon(1e-4));
}

TEST_CASE("a class that training lacks gets probability 0, the rest sum to 1", "[classic][logreg]") {
  for (const int present : {2, 3}) {
    TrainingSet data = gaussian_classes(90, 6, present, 1);
    for (int& label : data.y) label = label == 0 ? 1 : label + 2;  // classes 1, 3 (and 4) of 6
    data.classes = 6;
    LogisticRegression learner;
    learner.fit(data, {});
    const Matrix p = learner.predict(data.x);
    REQUIRE(p.columns == 6);
    for (std::size_t i = 0; i < p.rows; ++i) {
      CHECK(p(i, 0) == 0);
      CHECK(p(i, 2) == 0);
      CHECK(p(i, 5) == 0);
      CHECK(std::accumulate(p.row(i).begin(), p.row(i).end(), 0.0) == Approx(1).margin(1e-6));
    }
  }
}

TEST_CASE("learners refuse what cannot be learnt from, saying why", "[classic]") {
  for (const char* name : {"logreg", "svm"}) {
    const auto learner = make_learner(name);
    TrainingSet one = gaussian_classes(20, 4, 3, 1);
    for (int& label : one.y) label = 1;
    CHECK_THROWS_WITH(learner->fit(one, {}), Catch::Contains("two classes"));
    CHECK_THROWS_AS(learner->fit(one, {}), DataError);
    TrainingSet broken = gaussian_classes(20, 4, 3, 1);
    broken.x(7, 2) = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_WITH(learner->fit(broken, {}), Catch::Contains("column 2 of utterance 7"));
    CHECK_THROWS_AS(learner->fit(broken, {}), DataError);
    TrainingSet outside = gaussian_classes(20, 4, 3, 1);
    outside.y[3] = 3;
    CHECK_THROWS_AS(learner->fit(outside, {}), DataError);
    CHECK_THROWS_AS(learner->fit(TrainingSet{}, {}), DataError);
    const TrainingSet good = gaussian_classes(20, 4, 3, 1);
    learner->fit(good, {});
    CHECK_THROWS_AS(learner->predict(Matrix(2, 5)), DataError);
  }
}

TEST_CASE("a saved learner predicts the same bits", "[classic]") {
  const TrainingSet data = gaussian_classes(50, 7, 3, 1);
  for (const char* name : {"logreg", "svm"}) {
    const auto learner = make_learner(name), copy = make_learner(name);
    learner->fit(data, {});
    const std::string path = std::string("/tmp/ser-learner-test-") + name + ".safetensors";
    write_safetensors(path, learner->save());
    copy->load(read_safetensors(path));
    CHECK(copy->predict(data.x).values == learner->predict(data.x).values);
    TensorMap broken = learner->save();
    broken.erase("intercepts");
    CHECK_THROWS_AS(copy->load(broken), DataError);
    std::filesystem::remove(path);
  }
}

TEST_CASE("shuffled labels give chance on held-out rows", "[classic]") {
  TrainingSet train = gaussian_classes(400, 20, 4, 1), test = gaussian_classes(2000, 20, 4, 1, 2);
  Random(9, "labels").shuffle(train.y);
  for (const char* name : {"logreg", "svm"}) {
    const auto learner = make_learner(name);
    learner->fit(train, {});
    const Matrix p = learner->predict(test.x);
    std::vector<double> right(4), all(4);
    for (std::size_t i = 0; i < p.rows; ++i) {
      const auto row = p.row(i);
      const auto label = static_cast<std::size_t>(test.y[i]);
      all[label] += 1;
      right[label] += std::max_element(row.begin(), row.end()) - row.begin() == test.y[i];
    }
    double uar = 0;
    for (std::size_t k = 0; k < 4; ++k) uar += right[k] / all[k] / 4;
    CHECK(uar == Approx(0.25).margin(0.08));
  }
}
