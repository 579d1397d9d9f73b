#include <ser/base/error.h>
#include <ser/base/random.h>
#include <ser/eval/comparison.h>
#include <ser/eval/permutation.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

using namespace ser;
using Catch::Matchers::Contains;

namespace {

/// Units of one value each for two systems; the figure is the sum.
double swap_p(const std::vector<double>& a, const std::vector<double>& b, int draws = 5000) {
  UnitSums of_a(1), of_b(1);
  for (const double value : a) of_a.add(std::vector<double>{value});
  for (const double value : b) of_b.add(std::vector<double>{value});
  return swap_test(
      of_a, of_b, 1, [](auto sums, auto figures) { figures[0] = sums[0]; }, draws, 1)[0];
}

/// 10 speakers with 20 utterances each of two classes; `right` of the 20 are right, the same ones for every speaker
/// but for a turn by the speaker's number.
PredictionSource system_of(const std::string& name, int right, int seeds = 1, int first_seed = 1) {
  PredictionSource source;
  source.name = name;
  source.table.classes = {"anger", "joy"};
  source.table.further = {"speaker"};
  for (int seed = first_seed; seed < first_seed + seeds; ++seed)
    for (int s = 0; s < 10; ++s)
      for (int i = 0; i < 20; ++i) {
        const bool joy = i % 2 == 1, hit = (i + 7 * s) % 20 < right;
        Prediction row{"s" + std::to_string(s) + "-" + std::to_string(i),
                       "test",
                       "",
                       seed,
                       joy ? "joy" : "anger",
                       joy == hit ? std::vector<double>{0.2, 0.8} : std::vector<double>{0.8, 0.2}};
        row.further = {"s" + std::to_string(s)};
        source.table.rows.push_back(row);
      }
  return source;
}

const PairedFigure& figure(const Comparison& comparison, const std::string& key) {
  return *std::find_if(comparison.figures.begin(), comparison.figures.end(),
                       [&](const PairedFigure& f) { return f.name.key == key; });
}

}  // namespace

TEST_CASE("Five speakers who all gain have p = 2 / 32", "[eval][compare]") {
  CHECK(swap_p({0, 0, 0, 0, 0}, {1, 2, 3, 4, 5}) == Approx(2.0 / 32));
  CHECK(swap_p({1, 2, 3, 4, 5}, {0, 0, 0, 0, 0}) == Approx(2.0 / 32));
  CHECK(swap_p({0, 0}, {1, -1}) == 1);
  CHECK(swap_p({1, 1, 1}, {1, 1, 1}) == 1);
  CHECK(smallest_swap_p(5, 2000) == 2.0 / 32);
  CHECK(smallest_swap_p(100, 2000) == 1.0 / 2001);
}

TEST_CASE("With many units the swaps are drawn, and p is never 0", "[eval][compare]") {
  CHECK(swap_p(std::vector<double>(40, 0), std::vector<double>(40, 1), 1000) == Approx(1.0 / 1001));
}

TEST_CASE("Under the null hypothesis p is below 0.05 in one case of twenty", "[eval][compare]") {
  int found = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    Random random(9, "null", i);
    std::vector<double> a(15), b(15);
    for (double& value : a) value = random.normal();
    for (double& value : b) value = random.normal();
    found += swap_p(a, b, 199) < 0.05;
  }
  CHECK(found > 25);
  CHECK(found < 75);
}

TEST_CASE("Holm makes 0.01, 0.04, 0.03, 0.005 into 0.03, 0.06, 0.06, 0.02", "[eval][compare]") {
  const std::vector<double> adjusted = holm({0.01, 0.04, 0.03, 0.005});
  const std::vector<double> expected{0.03, 0.06, 0.06, 0.02};
  for (std::size_t i = 0; i < 4; ++i) CHECK(adjusted[i] == Approx(expected[i]));
  CHECK(holm({0.6, 0.9})[1] == 1);
  CHECK(std::isnan(holm({std::nan(""), 0.02})[0]));
  CHECK(holm({std::nan(""), 0.02})[1] == 0.02);
}

TEST_CASE("A system is no better than itself", "[eval][compare]") {
  const Comparison same = compare({system_of("a", 15), system_of("b", 15)}, {}, "test", {}).at(0);
  CHECK(same.outcome == Comparison::Outcome::not_shown);
  CHECK(same.headline_figure().difference == 0);
  CHECK(same.headline_figure().p == 1);
  CHECK(same.mcnemar.p == 1);
  CHECK_THAT(same.verdict, Contains("No difference shown between"));
}

TEST_CASE("A clear difference is shown, and McNemar counts the decisions", "[eval][compare]") {
  const Comparison clear = compare({system_of("a", 10), system_of("b", 16)}, {}, "test", {}).at(0);
  CHECK(clear.outcome == Comparison::Outcome::b_better);
  CHECK(figure(clear, "war").difference == Approx(0.3));
  CHECK(figure(clear, "war").interval.low > 0);
  CHECK(clear.mcnemar.only_a == 0);
  CHECK(clear.mcnemar.only_b == 60);
  CHECK(clear.mcnemar.both == 100);
  CHECK(clear.resampling.unit == "speaker");
  CHECK(clear.resampling.method == "t");
  CHECK_THAT(clear.verdict, Contains("b is better than a: UAR +30.0 points"));
  const Comparison turned = compare({system_of("b", 16), system_of("a", 10)}, {}, "test", {}).at(0);
  CHECK(turned.outcome == Comparison::Outcome::a_better);
  CHECK(figure(turned, "war").interval.low == Approx(-figure(clear, "war").interval.high));
}

TEST_CASE("A low log loss is the better one", "[eval][compare]") {
  ComparisonOptions options;
  options.metric = "log_loss";
  const Comparison clear = compare({system_of("a", 10), system_of("b", 16)}, {}, "test", options).at(0);
  CHECK(clear.headline_figure().difference < 0);
  CHECK(clear.outcome == Comparison::Outcome::b_better);
}

TEST_CASE("Systems may have other numbers of seeds", "[eval][compare]") {
  const Comparison c = compare({system_of("a", 10, 3), system_of("b", 16, 1, 7)}, {}, "test", {}).at(0);
  CHECK(c.seeds_a == 3);
  CHECK(c.seeds_b == 1);
  CHECK(c.utterances == 200);
  CHECK(figure(c, "war").a == Approx(0.5));
  CHECK(figure(c, "war").difference == Approx(0.3));
  CHECK(c.mcnemar.only_b == 60);
}

TEST_CASE("Three systems are three comparisons, corrected after Holm", "[eval][compare]") {
  const std::vector<Comparison> all =
      compare({system_of("a", 10), system_of("b", 13), system_of("c", 16)}, {}, "test", {});
  REQUIRE(all.size() == 3);
  CHECK(all[0].b == "b");
  CHECK(all[2].a == "b");
  for (const Comparison& one : all) CHECK(one.p_holm >= one.headline_figure().p);
  CHECK_THAT(all[0].verdict, Contains("Holm over 3 comparisons"));
}

TEST_CASE("Four speakers cannot show anything, and the comparison says so", "[eval][compare]") {
  std::vector<PredictionSource> systems{system_of("a", 10), system_of("b", 16)};
  for (PredictionSource& system : systems)
    std::erase_if(system.table.rows, [](const Prediction& row) { return row.further[0] > "s3"; });
  const Comparison few = compare(systems, {}, "test", {}).at(0);
  CHECK(few.headline_figure().p == Approx(2.0 / 16));
  CHECK(few.outcome != Comparison::Outcome::b_better);
  CHECK(
      std::any_of(few.notes.begin(), few.notes.end(), [](const Note& note) { return note.check == "too-few-units"; }));
}

TEST_CASE("Utterances of one system only are left out and named; other references are refused", "[eval][compare]") {
  std::vector<PredictionSource> systems{system_of("a", 10), system_of("b", 16)};
  systems[1].table.rows.erase(systems[1].table.rows.begin());
  const Comparison c = compare(systems, {}, "test", {}).at(0);
  CHECK(c.utterances == 199);
  CHECK_THAT(c.notes.at(0).text, Contains("s0-0"));
  systems[1].table.rows[0].label = "anger";
  REQUIRE_THROWS_AS(compare(systems, {}, "test", {}), DataError);
  REQUIRE_THROWS_WITH(compare(systems, {}, "test", {}), Contains("the references of s0-1 differ"));
}

TEST_CASE("The order of the classes does not matter, other classes are refused", "[eval][compare]") {
  PredictionSource turned = system_of("b", 16);
  std::reverse(turned.table.classes.begin(), turned.table.classes.end());
  for (Prediction& row : turned.table.rows) std::reverse(row.probabilities.begin(), row.probabilities.end());
  const Comparison c = compare({system_of("a", 10), turned}, {}, "test", {}).at(0);
  CHECK(figure(c, "war").difference == Approx(0.3));
  turned.table.classes[0] = "sadness";
  REQUIRE_THROWS_AS(compare({system_of("a", 10), turned}, {}, "test", {}), DataError);
}

TEST_CASE("An unknown metric is refused with the nearest one", "[eval][compare]") {
  ComparisonOptions options;
  options.metric = "macro_f";
  REQUIRE_THROWS_WITH(compare({system_of("a", 10), system_of("b", 16)}, {}, "test", options),
                      Contains("did you mean 'macro_f1'?"));
}
