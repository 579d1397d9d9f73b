#include <ser/base/error.h>
#include <ser/classic/grid_search.h>
#include <ser/classic/logreg.h>

#include <catch2/catch.hpp>

#include "problems.h"

using namespace ser;

namespace {

const LearnerFactory logreg = [] { return make_learner("logreg"); };

std::vector<int> folds_by_turns(std::size_t rows, int folds) {
  std::vector<int> fold(rows);
  for (std::size_t i = 0; i < rows; ++i) fold[i] = static_cast<int>(i) % folds;
  return fold;
}

/// UAR of the pooled held-out rows, by a tight fit from scratch for each fold and C.
std::vector<double> exact_recalls(const TrainingSet& data, const std::vector<int>& folds, std::vector<double> cs) {
  std::vector<double> recalls;
  for (const double c : cs) {
    std::vector<int> reference, predicted;
    for (int fold = 0; fold < 3; ++fold) {
      TrainingSet train;
      train.classes = data.classes;
      train.x.columns = data.x.columns;
      Matrix held_out(0, data.x.columns);
      for (std::size_t i = 0; i < data.x.rows; ++i) {
        Matrix& part = folds[i] == fold ? held_out : train.x;
        part.values.insert(part.values.end(), data.x.row(i).begin(), data.x.row(i).end());
        ++part.rows;
        (folds[i] == fold ? reference : train.y).push_back(data.y[i]);
      }
      Standardiser standardiser;
      standardiser.fit(train.x);
      standardiser.apply(train.x);
      standardiser.apply(held_out);
      LogisticRegression learner({c, "balanced", 1e-5, 10000});
      learner.fit(train, {});
      for (const int label : largest_columns(learner.predict(held_out))) predicted.push_back(label);
    }
    recalls.push_back(pooled_recall(reference, predicted, data.classes));
  }
  return recalls;
}

}  // namespace

TEST_CASE("mean recall over classes in the reference", "[classic][grid]") {
  std::vector<int> reference, predicted;
  for (int i = 0; i < 10; ++i) reference.push_back(0), predicted.push_back(i < 8 ? 0 : 1);
  for (int i = 0; i < 90; ++i) reference.push_back(1), predicted.push_back(1);
  CHECK(pooled_recall(reference, predicted, 3) == Approx(0.9));
}

TEST_CASE("strong regularisation is chosen where noise columns abound", "[classic][grid]") {
  const TrainingSet data = gaussian_classes(120, 300, 3, 0.25);
  const auto folds = folds_by_turns(120, 4);
  const Grid grid = grid_of_c({100, 0.001});
  CHECK(grid.values == std::vector<std::string>{"0.001", "100"});
  const GridResult one = grid_search(logreg, grid, {data, folds}, Standardisation::train, {42, 1});
  const GridResult two = grid_search(logreg, grid, {data, folds}, Standardisation::train, {42, 2});
  CHECK(one.unweighted_average_recall == two.unweighted_average_recall);
  CHECK(one.value == two.value);
  CHECK(one.unweighted_average_recall[0] > 0.5);
  const std::size_t best = one.unweighted_average_recall[0] >= one.unweighted_average_recall[1] ? 0 : 1;
  CHECK(one.value == grid.values[best]);
}

TEST_CASE("a grid chooses as exact fits from scratch do, whatever the threads", "[classic][grid]") {
  const TrainingSet data = steep_classes(1200, 700, 4);
  const auto folds = folds_by_turns(1200, 3);
  const Grid grid = grid_of_c({1e-5, 1e-3, 1e-1});
  const GridResult one = grid_search(logreg, grid, {data, folds}, Standardisation::train, {42, 1});
  const GridResult two = grid_search(logreg, grid, {data, folds}, Standardisation::train, {42, 2});
  CHECK(one.unweighted_average_recall == two.unweighted_average_recall);
  CHECK(one.value == two.value);
  const std::vector<double> exact = exact_recalls(data, folds, {1e-5, 1e-3, 1e-1});
  for (std::size_t v = 0; v < exact.size(); ++v)
    CHECK(one.unweighted_average_recall[v] == Approx(exact[v]).margin(0.003));
  const auto best = std::max_element(exact.begin(), exact.end()) - exact.begin();
  CHECK(one.value == grid.values[static_cast<std::size_t>(best)]);
}

TEST_CASE("ties go to the smaller C", "[classic][grid]") {
  const TrainingSet data = gaussian_classes(60, 6, 2, 20);
  const GridResult result =
      grid_search(logreg, grid_of_c({10, 1, 0.1}), {data, folds_by_turns(60, 3)}, Standardisation::train, {});
  CHECK(result.unweighted_average_recall == std::vector<double>{1, 1, 1});
  CHECK(result.value == "0.1");
}

TEST_CASE("inner folds without a class are left out, and at the last the default stays", "[classic][grid]") {
  TrainingSet data = gaussian_classes(60, 4, 2, 2);
  std::vector<int> folds = folds_by_turns(60, 3);
  for (std::size_t i = 0; i < 60; ++i) data.y[i] = folds[i] == 0 ? 1 : 0;  // class 1 only in fold 0
  const GridResult none = grid_search(logreg, grid_of_c({1}), {data, folds}, Standardisation::train, {});
  CHECK(none.folds_used == std::vector<int>{1, 2});
  CHECK_FALSE(none.fallback);
  for (std::size_t i = 0; i < 60; ++i) folds[i] = folds[i] == 0 ? 0 : folds[i] == 1 ? 1 : -1;
  const GridResult fallback = grid_search(logreg, grid_of_c({1, 2}), {data, folds}, Standardisation::train, {});
  CHECK(fallback.fallback);
  CHECK(fallback.value.empty());
  CHECK(fallback.folds_used == std::vector<int>{1});
}

TEST_CASE("rows in no inner fold are always trained on", "[classic][grid]") {
  const TrainingSet data = gaussian_classes(90, 4, 3, 3);
  std::vector<int> folds(90, -1);
  for (std::size_t i = 0; i < 20; ++i) folds[i] = static_cast<int>(i % 2);
  const GridResult result = grid_search(logreg, grid_of_c({1}), {data, folds}, Standardisation::train, {});
  CHECK(result.folds_used.size() == 2);
  CHECK(result.unweighted_average_recall[0] > 0.8);
}

TEST_CASE("per-speaker standardisation in a grid search removes a speaker's offset", "[classic][grid]") {
  TrainingSet data = gaussian_classes(160, 4, 2, 2);
  std::vector<std::string> speakers;
  std::vector<int> folds;
  for (std::size_t i = 0; i < 160; ++i) {
    const std::size_t speaker = i % 4;
    speakers.push_back(std::string(1, static_cast<char>('a' + speaker)));
    folds.push_back(static_cast<int>(speaker));
    for (std::size_t j = 0; j < 4; ++j) data.x(i, j) += static_cast<float>(30 * (speaker * (j + 1) % 5));
  }
  const Grid grid = grid_of_c({1});
  const auto by_speaker = grid_search(logreg, grid, {data, folds, speakers}, Standardisation::per_speaker, {});
  const auto by_training = grid_search(logreg, grid, {data, folds}, Standardisation::train, {});
  CHECK(by_speaker.unweighted_average_recall[0] > 0.9);
  CHECK(by_speaker.unweighted_average_recall[0] > by_training.unweighted_average_recall[0]);
  CHECK_THROWS_AS(grid_search(logreg, grid, {data, folds}, Standardisation::per_speaker, {}), DataError);
  CHECK_THROWS_AS(grid_search(logreg, {"cc", {"1"}}, {data, folds}, Standardisation::train, {}), UsageError);
}
