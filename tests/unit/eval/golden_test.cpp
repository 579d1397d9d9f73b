// Every figure against an independent reference: tests/golden/make/make_eval.py.
#include <ser/base/file.h>
#include <ser/eval/distribution_figures.h>
#include <ser/eval/fairness.h>
#include <ser/eval/permutation.h>
#include <ser/eval/probability.h>
#include <support/files.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

using namespace ser;
using Json = nlohmann::json;

namespace {

Json golden_json(const std::string& name) { return Json::parse(read_file(test::golden("eval/" + name))); }

Task task_of(const std::string& name) {
  return evaluate(read_predictions(test::golden("eval/" + name)), {}, name).tasks.at(0);
}

double value_of(const Task& task, const std::string& key) {
  INFO(key);
  REQUIRE(task.figure(key));
  return task.figure(key)->seeds.mean;
}

template <class Figures>
void check_calibration(const Figures& found, const Json& expected) {
  CHECK(found.ece == Approx(expected["ece"].get<double>()).epsilon(1e-5));
  CHECK(found.adaptive_ece == Approx(expected["adaptive_ece"].get<double>()).epsilon(1e-5));
  CHECK(found.brier == Approx(expected["brier"].get<double>()).epsilon(1e-6));
  CHECK(found.log_loss == Approx(expected["log_loss"].get<double>()).epsilon(1e-6));
  REQUIRE(found.bins.size() == expected["bins"].size());
  for (std::size_t i = 0; i < found.bins.size(); ++i) {
    CHECK(found.bins[i].utterances == expected["bins"][i]["n"].get<std::size_t>());
    CHECK(found.bins[i].confidence == Approx(expected["bins"][i]["confidence"].get<double>()).epsilon(1e-5));
    CHECK(found.bins[i].accuracy == Approx(expected["bins"][i]["accuracy"].get<double>()).epsilon(1e-12));
  }
}

void check_gap(const Gap& gap, const Json& expected) {
  for (std::size_t k = 0; k < gap.of_class.size(); ++k) {
    if (expected["of_class"][k].is_null())
      CHECK(std::isnan(gap.of_class[k]));
    else
      CHECK(gap.of_class[k] == Approx(expected["of_class"][k].get<double>()).epsilon(1e-12));
  }
  CHECK(gap.mean.value == Approx(expected["mean"].get<double>()).epsilon(1e-12));
  CHECK(gap.rms.value == Approx(expected["rms"].get<double>()).epsilon(1e-12));
  CHECK(gap.max.value == Approx(expected["max"].get<double>()).epsilon(1e-12));
}

}  // namespace

TEST_CASE("Class figures agree with scikit-learn", "[eval][golden]") {
  const Json expected = golden_json("classes.json");
  const Task task = task_of("classes.tsv");
  for (const char* key : {"uar", "war", "macro_f1", "weighted_f1", "log_loss", "brier", "top2", "top3", "top5"})
    CHECK(value_of(task, key) == Approx(expected[key].get<double>()).epsilon(1e-7));
}

TEST_CASE("ECE, adaptive ECE, Brier score and the reliability curve agree with NumPy, before and after the temperature",
          "[eval][golden]") {
  const Json expected = golden_json("classes.json");
  const Task task = task_of("classes.tsv");
  REQUIRE(task.calibration);
  check_calibration(*task.calibration, expected["calibration"]);
  REQUIRE(task.calibration->scaled);
  CHECK(task.calibration->scaled->least == Approx(expected["temperature"].get<double>()).epsilon(1e-5));
  CHECK(task.calibration->scaled->most == task.calibration->scaled->least);
  check_calibration(*task.calibration->scaled, expected["scaled"]);
}

TEST_CASE("The area under the risk-coverage curve agrees with NumPy", "[eval][golden]") {
  const Json expected = golden_json("classes.json");
  const Task task = task_of("classes.tsv");
  REQUIRE(task.risk_coverage);
  CHECK(task.risk_coverage->aurc == Approx(expected["aurc"].get<double>()).epsilon(2e-4));
  CHECK(task.risk_coverage->optimal_aurc == Approx(expected["optimal_aurc"].get<double>()).epsilon(1e-12));
  CHECK(1 - task.risk_coverage->points[0].risk == Approx(expected["war"].get<double>()).epsilon(1e-12));
}

TEST_CASE("Rates and gaps by group agree with scikit-learn", "[eval][golden]") {
  const Json expected = golden_json("classes.json");
  const PredictionSource source{"classes", read_predictions(test::golden("eval/classes.tsv")), {}};
  for (const char* column : {"gender", "accent"}) {
    FairnessOptions options;
    options.group = column;
    const Fairness found = fairness(source, {}, "test", options).at(0);
    const Json& of_column = expected[column];
    REQUIRE(found.groups.size() == of_column["groups"].size());
    for (const GroupScores& group : found.groups) {
      INFO(column << " " << group.name);
      const Json& scores = of_column["groups"][group.name];
      CHECK(group.uar.value == Approx(scores["uar"].get<double>()).epsilon(1e-12));
      CHECK(group.war.value == Approx(scores["war"].get<double>()).epsilon(1e-12));
      CHECK(group.macro_f1.value == Approx(scores["macro_f1"].get<double>()).epsilon(1e-12));
    }
    check_gap(found.true_positive, of_column["tpr_gap"]);
    check_gap(found.demographic_parity, of_column["dp_gap"]);
    check_gap(found.equalised_odds, of_column["equalised_odds_gap"]);
  }
}

TEST_CASE("Label-distribution figures, their references and the skill agree with SciPy", "[eval][golden]") {
  const Json expected = golden_json("distributions.json");
  const Task task = task_of("distributions.tsv");
  CHECK(task.baseline_from_training);
  for (const auto& [key, value] : expected["model"].items()) {
    INFO(key);
    const FigureEstimate* figure = task.figure(key);
    REQUIRE(figure);
    CHECK(figure->seeds.mean == Approx(value.get<double>()).epsilon(1e-12));
    CHECK(figure->baseline == Approx(expected["training_mean"][key].get<double>()).epsilon(1e-12));
    CHECK(figure->uniform == Approx(expected["uniform"][key].get<double>()).epsilon(1e-12));
    CHECK(figure->skill == Approx(expected["skill"][key].get<double>()).epsilon(1e-10));
    CHECK(figure->interval.low < figure->seeds.mean);
    CHECK(figure->interval.high > figure->seeds.mean);
  }
}

TEST_CASE("CCC, Pearson, MAE and RMSE agree with SciPy and scikit-learn, unknown references left out",
          "[eval][golden]") {
  const Json expected = golden_json("dimensions.json");
  const Task task = task_of("dimensions.tsv");
  double ccc = 0;
  for (const auto& [dimension, figures] : expected.items()) {
    for (const auto& [key, value] : figures.items())
      CHECK(value_of(task, key + "_" + dimension) == Approx(value.get<double>()).epsilon(1e-10));
    ccc += figures["ccc"].get<double>() / 2;
  }
  CHECK(value_of(task, "ccc_mean") == Approx(ccc).epsilon(1e-10));
}

TEST_CASE("Percentile, BCa and jackknife intervals of a ratio agree with SciPy", "[eval][golden]") {
  const Json expected = golden_json("statistics.json");
  UnitSums units(2);
  for (std::size_t i = 0; i < expected["values"].size(); ++i)
    units.add(std::vector<double>{expected["values"][i], expected["weights"][i]});
  const Replicates r = resample(
      units, 1, [](auto sums, auto figures) { figures[0] = sums[0] / sums[1]; }, 100000, 3);
  CHECK(r.estimates[0] == Approx(expected["ratio"].get<double>()).epsilon(1e-12));
  for (const auto& [method, interval] : expected["intervals"].items()) {
    INFO(method);
    const Interval found = make_interval(r.estimates[0], r.draws[0], r.jackknife[0], method, 0.95);
    // The bootstraps draw differently: their ends differ by about 0.3 % of the width.
    const double width = interval[1].get<double>() - interval[0].get<double>();
    const double margin = method == "t" ? 1e-10 : 0.01 * width;
    CHECK(found.low == Approx(interval[0].get<double>()).margin(margin));
    CHECK(found.high == Approx(interval[1].get<double>()).margin(margin));
    CHECK(found.standard_error == Approx(expected["jackknife_error"].get<double>()).epsilon(1e-10));
  }
}

TEST_CASE("The swap test of all 2048 swaps agrees with SciPy", "[eval][golden]") {
  const Json expected = golden_json("statistics.json");
  UnitSums a(1), b(1);
  for (const double value : expected["a"]) a.add(std::vector<double>{value});
  for (const double value : expected["b"]) b.add(std::vector<double>{value});
  const auto sum = [](std::span<const double> sums, std::span<double> figures) { figures[0] = sums[0]; };
  CHECK(swap_test(a, b, 1, sum, 2048, 1)[0] == Approx(expected["swap_p"].get<double>()).epsilon(1e-12));
  CHECK(swap_test(a, b, 1, sum, 2000, 1)[0] == Approx(expected["swap_p"].get<double>()).margin(0.02));
}

TEST_CASE("Quantiles and the exact test of an even split agree with SciPy", "[eval][golden]") {
  const Json expected = golden_json("statistics.json");
  for (const Json& row : expected["t_quantiles"])
    CHECK(student_t_quantile(row[0], row[1]) == Approx(row[2].get<double>()).epsilon(1e-10));
  for (const Json& row : expected["normal_quantiles"])
    CHECK(normal_quantile(row[0]) == Approx(row[1].get<double>()).epsilon(1e-12).margin(1e-12));
  for (const Json& row : expected["even_splits"])
    CHECK(even_split_p(row[0], row[1]) == Approx(row[2].get<double>()).epsilon(1e-10));
}
