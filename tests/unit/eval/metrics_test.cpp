#include <ser/base/random.h>
#include <ser/eval/evaluation.h>
#include <ser/eval/metrics.h>
#include <support/files.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

using namespace ser;

namespace {

ConfusionMatrix matrix(const std::vector<std::vector<std::size_t>>& rows) {
  ConfusionMatrix confusion(rows.size());
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t p = 0; p < rows.size(); ++p) confusion(r, p) = rows[r][p];
  return confusion;
}

Scores score_table(const PredictionTable& table) {
  std::vector<const Prediction*> rows;
  for (const Prediction& row : table.rows) rows.push_back(&row);
  return score(rows, table.classes, table.decisions_only);
}

double zero_if_undefined(double value) { return std::isnan(value) ? 0 : value; }

}  // namespace

TEST_CASE("UAR of [[8,2],[0,90]] is 0.9", "[eval]") {
  const Scores scores = score(matrix({{8, 2}, {0, 90}}));
  CHECK(scores.unweighted_average_recall == Approx(0.9).epsilon(1e-15));
  CHECK(scores.weighted_average_recall == Approx(0.98).epsilon(1e-15));
  CHECK(scores.classes[0].precision == 1);
  CHECK(scores.classes[1].precision == Approx(90.0 / 92));
  CHECK(scores.macro_f1 == Approx((16.0 / 18 + 180.0 / 182) / 2));
  CHECK(std::isnan(scores.log_loss));
}

TEST_CASE("A class absent from the reference does not enter UAR and macro-F1", "[eval]") {
  const Scores scores = score(matrix({{8, 1, 1}, {0, 10, 0}, {0, 0, 0}}));
  CHECK(scores.classes_present == 2);
  CHECK(scores.unweighted_average_recall == Approx(0.9));
  CHECK(std::isnan(scores.classes[2].recall));
  CHECK(scores.classes[2].precision == 0);
  CHECK(scores.classes[2].f1 == 0);
  CHECK(scores.macro_f1 == Approx((16.0 / 18 + 20.0 / 21) / 2));
  CHECK(scores.macro_f1_all_classes == Approx(scores.macro_f1 * 2 / 3));
}

TEST_CASE("The precision of a class that is never predicted is not defined, its F1 is 0", "[eval]") {
  const Scores scores = score(matrix({{10, 0}, {5, 0}}));
  CHECK(std::isnan(scores.classes[1].precision));
  CHECK(scores.classes[1].f1 == 0);
  CHECK(scores.unweighted_average_recall == 0.5);
}

TEST_CASE("No utterances have no figures", "[eval]") {
  const Scores scores = score(ConfusionMatrix(3));
  for (const Metric& metric : metrics()) CHECK(std::isnan(scores.*metric.value));
}

TEST_CASE("UAR does not change when a class is repeated, WAR does", "[eval]") {
  const Scores once = score(matrix({{3, 1}, {2, 2}})), often = score(matrix({{30, 10}, {2, 2}}));
  CHECK(once.unweighted_average_recall == often.unweighted_average_recall);
  CHECK(once.weighted_average_recall != Approx(often.weighted_average_recall));
}

TEST_CASE("Log loss of uniform probabilities is ln K", "[eval]") {
  PredictionTable table;
  table.classes = {"a", "b", "c", "d"};
  for (int i = 0; i < 8; ++i)
    table.rows.push_back({std::to_string(i), "test", "", 0, table.classes[i % 4], {0.25, 0.25, 0.25, 0.25}});
  CHECK(score_table(table).log_loss == Approx(std::log(4.0)).epsilon(1e-15));
  table.decisions_only = true;
  CHECK(std::isnan(score_table(table).log_loss));
}

TEST_CASE("The deviation over 1, 2, 3, 4 is sqrt(5/3)", "[eval]") {
  const Spread four = spread(std::vector<double>{4, 2, 1, 3});
  CHECK(four.mean == 2.5);
  CHECK(four.deviation == Approx(std::sqrt(5.0 / 3)));
  CHECK(four.count == 4);
  CHECK(std::isnan(spread(std::vector<double>{1}).deviation));
  CHECK(std::isnan(spread(std::vector<double>{}).mean));
}

TEST_CASE("Scores agree with scikit-learn", "[eval][golden]") {
  const auto expected = nlohmann::json::parse(read_file(test::golden("metrics/metrics.json")));
  REQUIRE(expected.size() == 3);
  for (const auto& [name, values] : expected.items()) {
    INFO(name);
    const PredictionTable table = read_predictions(test::golden("metrics/" + name + ".tsv"));
    REQUIRE(table.classes == values["classes"].get<std::vector<std::string>>());
    const Scores scores = score_table(table);
    const auto close = [](double a, double b) { return std::abs(a - b) < 1e-12; };
    CHECK(close(scores.weighted_average_recall, values["accuracy"]));
    CHECK(close(scores.unweighted_average_recall, values["balanced_accuracy"]));
    CHECK(close(scores.macro_f1, values["macro_f1_of_classes_in_reference"]));
    CHECK(close(scores.macro_f1_all_classes, values["macro_f1"]));
    CHECK(close(scores.log_loss, values["log_loss"]));
    for (std::size_t k = 0; k < table.classes.size(); ++k) {
      CHECK(scores.classes[k].support == values["support"][k].get<std::size_t>());
      CHECK(close(zero_if_undefined(scores.classes[k].recall), values["recall"][k]));
      CHECK(close(zero_if_undefined(scores.classes[k].precision), values["precision"][k]));
      CHECK(close(zero_if_undefined(scores.classes[k].f1), values["f1"][k]));
      for (std::size_t p = 0; p < table.classes.size(); ++p)
        CHECK(scores.confusion(k, p) == values["confusion_matrix"][k][p].get<std::size_t>());
    }
  }
}

TEST_CASE("Scores do not depend on the order of the rows, to the last bit", "[eval]") {
  PredictionTable table = read_predictions(test::golden("metrics/all_present.tsv"));
  for (std::size_t i = 0; i < table.rows.size(); ++i) table.rows[i].fold = std::to_string(i % 7);
  const Evaluation before = evaluate(table, {}, "x");
  Random(1, "shuffle").shuffle(table.rows);
  const Evaluation after = evaluate(table, {}, "x");
  REQUIRE(after.tasks[0].folds.size() == 7);
  for (const Metric& metric : metrics()) {
    CHECK(before.tasks[0].pooled.*metric.value == after.tasks[0].pooled.*metric.value);
    CHECK(before.tasks[0].over_folds(metric).deviation == after.tasks[0].over_folds(metric).deviation);
    for (std::size_t i = 0; i < 7; ++i)
      CHECK(before.tasks[0].folds[i].scores.*metric.value == after.tasks[0].folds[i].scores.*metric.value);
  }
}

TEST_CASE("UAR does not depend on the names and order of the classes", "[eval]") {
  const PredictionTable table = read_predictions(test::golden("metrics/all_present.tsv"));
  PredictionTable turned = table;
  std::reverse(turned.classes.begin(), turned.classes.end());
  for (Prediction& row : turned.rows) std::reverse(row.probabilities.begin(), row.probabilities.end());
  CHECK(score_table(turned).unweighted_average_recall == Approx(score_table(table).unweighted_average_recall));
  CHECK(score_table(turned).macro_f1 == Approx(score_table(table).macro_f1));
}
