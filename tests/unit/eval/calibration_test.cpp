#include <ser/eval/abstention.h>
#include <ser/eval/calibration.h>

#include <catch2/catch.hpp>
#include <cmath>

using namespace ser;

namespace {

/// `right` of `total` decisions for "a" are right, each with this confidence.
void add(PredictionTable& table, double confidence, int right, int total, const std::string& part = "test") {
  table.classes = {"a", "b"};
  for (int i = 0; i < total; ++i)
    table.rows.push_back(
        {part + std::to_string(table.rows.size()), part, "", 0, i < right ? "a" : "b", {confidence, 1 - confidence}});
}

PredictionRows rows_of(const PredictionTable& table, const std::string& part = "test") {
  PredictionRows rows;
  for (const Prediction& row : table.rows)
    if (row.part == part) rows.push_back(&row);
  return rows;
}

}  // namespace

TEST_CASE("A model that is right in 80 of 100 cases of confidence 0.8 is calibrated", "[eval][calibration]") {
  PredictionTable table;
  add(table, 0.8, 80, 100);
  add(table, 0.6, 60, 100);
  const auto found = calibration(table, rows_of(table), {});
  REQUIRE(found);
  CHECK(found->ece == Approx(0).margin(1e-12));
  CHECK(found->adaptive_ece == Approx(0).margin(1e-12));
  CHECK(found->confidence == Approx(0.7));
  CHECK(found->accuracy == Approx(0.7));
  CHECK_FALSE(found->scaled);
}

TEST_CASE("Confidence 0.9 with 60 of 100 right is an ECE of 0.3", "[eval][calibration]") {
  PredictionTable table;
  add(table, 0.9, 60, 100);
  CHECK(calibration(table, rows_of(table), {})->ece == Approx(0.3));
  add(table, 0.6, 60, 100);
  CHECK(calibration(table, rows_of(table), {})->ece == Approx(0.15));
}

TEST_CASE("A bin holds its upper edge", "[eval][calibration]") {
  PredictionTable table;
  add(table, 1.0, 1, 1);
  add(table, 0.75, 1, 1);
  const std::vector<ReliabilityBin> bins = reliability_bins(rows_of(table), table.classes, 4);
  CHECK(bins[3].utterances == 1);
  CHECK(bins[2].utterances == 1);
}

TEST_CASE("Equal confidences are never put into two bins of equal mass", "[eval][calibration]") {
  PredictionTable table;
  add(table, 0.7, 5, 50);
  add(table, 0.9, 5, 10);
  const std::vector<ReliabilityBin> bins = equal_mass_bins(rows_of(table), table.classes, 6);
  REQUIRE(bins.size() == 2);
  CHECK(bins[0].utterances == 50);
  CHECK(bins[1].utterances == 10);
}

TEST_CASE("The temperature of an overconfident model brings its confidence down to its accuracy",
          "[eval][calibration]") {
  PredictionTable table;
  add(table, 0.95, 70, 100);
  const auto temperature = fit_temperature(rows_of(table), table.classes);
  REQUIRE(temperature);
  CHECK(*temperature == Approx(std::log(0.95 / 0.05) / std::log(0.7 / 0.3)).epsilon(1e-9));
  CHECK(with_temperature(std::vector<double>{0.95, 0.05}, *temperature)[0] == Approx(0.7));
  CHECK(with_temperature(std::vector<double>{0.5, 0.3, 0.2}, 1)[1] == Approx(0.3));
  CHECK_FALSE(fit_temperature({}, table.classes));
}

TEST_CASE("The temperature is fitted on the dev part and applied to the test part", "[eval][calibration]") {
  PredictionTable table;
  add(table, 0.95, 70, 100, "dev");
  add(table, 0.95, 70, 100);
  const auto found = calibration(table, rows_of(table), rows_of(table, "dev"));
  REQUIRE(found->scaled);
  CHECK(found->ece == Approx(0.25));
  CHECK(found->scaled->ece == Approx(0).margin(1e-9));
  CHECK(found->scaled->log_loss < found->log_loss);
}

TEST_CASE("Decisions without probabilities have no calibration and no abstention", "[eval][calibration]") {
  PredictionTable table;
  add(table, 1, 5, 10);
  table.decisions_only = true;
  CHECK_FALSE(calibration(table, rows_of(table), {}));
  CHECK_FALSE(risk_coverage(table, rows_of(table)));
}

TEST_CASE("With errors at the lowest confidences the risk-coverage curve is the best there is", "[eval][abstention]") {
  PredictionTable table;
  add(table, 0.9, 8, 8);
  add(table, 0.6, 0, 2);
  const auto curve = risk_coverage(table, rows_of(table));
  REQUIRE(curve);
  CHECK(curve->aurc == Approx((1.0 / 9 + 2.0 / 10) / 10));
  CHECK(curve->aurc == Approx(curve->optimal_aurc));
  CHECK(curve->points[0].risk == Approx(0.2));
  CHECK(curve->points[4].coverage == Approx(0.8));
  CHECK(curve->points[4].risk == 0);
  CHECK(curve->points[4].threshold == 0.9);
}

TEST_CASE("When confidence says nothing, the risk is the same at every coverage", "[eval][abstention]") {
  PredictionTable table;
  add(table, 0.9, 6, 10);
  const auto curve = risk_coverage(table, rows_of(table));
  CHECK(curve->aurc == Approx(0.4));
  for (const CoveragePoint& point : curve->points) CHECK(point.risk == Approx(0.4));
}
