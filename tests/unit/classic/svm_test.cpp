#include <ser/classic/standardiser.h>
#include <ser/classic/svm.h>
#include <ser/classic/training_set.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "golden.h"
#include "problems.h"

using namespace ser;

namespace {

/// 0.5 (||w||^2 + b^2) + C sum_i w_i max(0, 1 - y_i f_i)^2 of one row.
double row_objective(const LinearModel& model, const TrainingSet& data, std::size_t row, const SvmOptions& options) {
  const std::vector<double> scores = decision_values(model, data.x);
  const std::vector<double> weights = class_weights(data, model.present, options.class_weight);
  const int positive = model.rows() == 1 ? model.present[1] : model.present[row];
  double sum = 0.5 * model.intercepts[row] * model.intercepts[row];
  for (std::size_t j = 0; j < model.features; ++j)
    sum += 0.5 * std::pow(model.coefficients[row * model.features + j], 2);
  for (std::size_t i = 0; i < data.y.size(); ++i) {
    const bool is_positive = data.y[i] == positive;
    const double slack = std::max(0.0, 1 - (is_positive ? 1 : -1) * scores[i * model.rows() + row]);
    const bool weighted = is_positive || model.rows() == 1;
    sum += options.c * (weighted ? weights[static_cast<std::size_t>(data.y[i])] : 1) * slack * slack;
  }
  return sum;
}

}  // namespace

TEST_CASE("the SVM has LinearSVC's objective and decision values", "[classic][svm]") {
  const auto models = golden::models("LinearSVC");
  REQUIRE(models.size() == 12);
  for (const auto& model : models) {
    TrainingSet data = golden::data(model.data);
    Standardiser standardiser;
    standardiser.fit(data.x);
    standardiser.apply(data.x);
    const SvmOptions usual{model.c, model.class_weight}, tight{model.c, model.class_weight, 1e-7};
    LinearSvm quick(usual), exact(tight);
    quick.fit(data, {});
    exact.fit(data, {});
    REQUIRE(exact.model().rows() == model.objectives.size());
    for (std::size_t row = 0; row < model.objectives.size(); ++row) {
      INFO(model.name << " row " << row);
      CHECK(row_objective(quick.model(), data, row, usual) == Approx(model.objectives[row]).epsilon(1e-4));
      CHECK(row_objective(exact.model(), data, row, tight) == Approx(model.objectives[row]).epsilon(1e-7));
    }
    const auto expected = golden::numbers(model.name + "_decisions.tsv");
    const std::vector<double> decisions = decision_values(exact.model(), data.x);
    for (std::size_t i = 0; i < decisions.size(); ++i) {
      const std::size_t rows = exact.model().rows();
      CHECK(decisions[i] == Approx(expected[i / rows][i % rows]).margin(1e-3));
    }
  }
}

TEST_CASE("the SVM's probabilities sum to 1 and follow the decision", "[classic][svm]") {
  for (const int classes : {2, 4}) {
    const TrainingSet data = gaussian_classes(80, 9, classes, 0.7);
    LinearSvm svm;
    svm.fit(data, {});
    const auto decisions = decision_values(svm.model(), data.x);
    const Matrix p = svm.predict(data.x);
    for (std::size_t i = 0; i < p.rows; ++i) {
      double sum = 0;
      std::size_t best = 0, decided = 0;
      for (std::size_t k = 0; k < p.columns; ++k) {
        sum += static_cast<double>(p(i, k));
        if (p(i, k) > p(i, best)) best = k;
        if (classes > 2 && decisions[i * p.columns + k] > decisions[i * p.columns + decided]) decided = k;
      }
      if (classes == 2) decided = decisions[i] > 0 ? 1 : 0;
      CHECK(sum == Approx(1).margin(1e-6));
      CHECK(best == decided);
    }
  }
}

TEST_CASE("the SVM gives the same bits again, and the same classes in another order of rows", "[classic][svm]") {
  const TrainingSet data = gaussian_classes(100, 6, 2, 0.7);
  TrainingSet reversed = data;
  for (std::size_t i = 0; i < 100; ++i) {
    std::ranges::copy(data.x.row(99 - i), reversed.x.row(i).begin());
    reversed.y[i] = data.y[99 - i];
  }
  LinearSvm a({1, "balanced", 1e-8}), b = a, c = a;
  a.fit(data, {});
  b.fit(data, {});
  c.fit(reversed, {});
  CHECK(a.model().coefficients == b.model().coefficients);
  for (std::size_t j = 0; j < 6; ++j)
    CHECK(c.model().coefficients[j] == Approx(a.model().coefficients[j]).margin(1e-6));
}

TEST_CASE("weights of single utterances are refused by the SVM", "[classic][svm]") {
  TrainingSet data = gaussian_classes(30, 3, 2, 1);
  data.weights.assign(30, 1.0);
  LinearSvm svm;
  CHECK_NOTHROW(svm.fit(data, {}));
  data.weights[4] = 2;
  CHECK_THROWS_AS(svm.fit(data, {}), UsageError);
}
