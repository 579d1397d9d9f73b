#include <ser/base/error.h>
#include <ser/base/random.h>
#include <ser/eval/fairness.h>

#include <catch2/catch.hpp>
#include <cmath>

using namespace ser;
using Catch::Matchers::Contains;

namespace {

void add(PredictionSource& source, const std::string& group, const std::string& label, int right, int total,
         int speakers = 8) {
  source.table.classes = {"A", "B"};
  source.table.further = {"gender", "speaker"};
  for (int i = 0; i < total; ++i) {
    const bool a = (label == "A") == (i < right);
    Prediction row{"u" + std::to_string(source.table.rows.size()),
                   "test",
                   "",
                   0,
                   label,
                   a ? std::vector<double>{0.9, 0.1} : std::vector<double>{0.1, 0.9}};
    row.further = {group, group + std::to_string(i % speakers)};
    source.table.rows.push_back(row);
  }
}

/// The toy of the method card (papers/co-vada.md, section 13, number 6).
PredictionSource toy() {
  PredictionSource source;
  source.name = "toy";
  add(source, "f", "A", 8, 10);
  add(source, "f", "B", 9, 10);
  add(source, "m", "A", 2, 5);
  add(source, "m", "B", 15, 15);
  return source;
}

Fairness of(const PredictionSource& source, int fewest = 1) {
  FairnessOptions options;
  options.group = "gender";
  options.fewest = fewest;
  return fairness(source, {}, "test", options).at(0);
}

}  // namespace

TEST_CASE("The gaps of the card's toy", "[eval][fairness]") {
  const Fairness found = of(toy());
  CHECK(found.true_positive.of_class[0] == Approx(0.40));
  CHECK(found.true_positive.of_class[1] == Approx(0.10));
  CHECK(found.true_positive.mean.value == Approx(0.25));
  CHECK(found.true_positive.rms.value == Approx(0.291548).epsilon(1e-5));
  CHECK(found.true_positive.max.value == Approx(0.40));
  CHECK(found.groups[0].positive_rate[0] == Approx(0.45));
  CHECK(found.groups[1].positive_rate[0] == Approx(0.10));
  CHECK(found.demographic_parity.mean.value == Approx(0.35));
  CHECK(found.demographic_parity.max.value == Approx(0.35));
  // Of two classes the FPR gap of one is the TPR gap of the other.
  CHECK(found.equalised_odds.of_class[0] == Approx(0.40));
  CHECK(found.equalised_odds.of_class[1] == Approx(0.40));
  CHECK(found.groups[found.worst_uar].name == "m");
}

TEST_CASE("A cell with fewer than ten utterances is n/a and left out", "[eval][fairness]") {
  const Fairness found = of(toy(), 10);
  CHECK(std::isnan(found.groups[1].true_positive_rate[0]));
  CHECK(std::isnan(found.true_positive.of_class[0]));
  CHECK(found.true_positive.mean.value == Approx(0.10));
  CHECK_THAT(found.notes.at(0).text, Contains("1 of 4 cells"));
}

TEST_CASE("The names of the groups do not matter", "[eval][fairness]") {
  PredictionSource turned = toy();
  for (Prediction& row : turned.table.rows) row.further[0] = row.further[0] == "f" ? "z" : "a";
  CHECK(of(turned).true_positive.mean.value == Approx(0.25));
}

TEST_CASE("A perfect system has no TPR gap, but a DP gap where base rates differ", "[eval][fairness]") {
  PredictionSource source;
  add(source, "f", "A", 10, 10);
  add(source, "f", "B", 30, 30);
  add(source, "m", "A", 20, 20);
  add(source, "m", "B", 20, 20);
  const Fairness found = of(source);
  CHECK(found.true_positive.max.value == 0);
  CHECK(found.equalised_odds.max.value == 0);
  CHECK(found.demographic_parity.mean.value == Approx(0.25));
  CHECK(found.groups[0].base_rate[0] == Approx(0.25));
}

TEST_CASE("A gap between speakers who were put into groups by chance is not taken for one of groups",
          "[eval][fairness]") {
  PredictionSource source;
  Random random(4, "speakers");
  for (int speaker = 0; speaker < 16; ++speaker) {
    const std::string group = speaker % 2 == 0 ? "even" : "odd";
    const int right = static_cast<int>(random.below(11));
    const std::size_t before = source.table.rows.size();
    add(source, group, "A", right, 10, 1);
    add(source, group, "B", right, 10, 1);
    for (std::size_t i = before; i < source.table.rows.size(); ++i)
      source.table.rows[i].further[1] = "s" + std::to_string(speaker);
  }
  const Fairness chance = of(source);
  CHECK(chance.true_positive.mean.value > 0);
  CHECK(chance.true_positive.p > 0.05);

  PredictionSource real;
  add(real, "f", "A", 90, 100, 10);
  add(real, "f", "B", 90, 100, 10);
  add(real, "m", "A", 30, 100, 10);
  add(real, "m", "B", 30, 100, 10);
  CHECK(of(real).true_positive.p < 0.01);
}

TEST_CASE("A column that does not exist, or has one value, is refused", "[eval][fairness]") {
  FairnessOptions options;
  options.group = "accent";
  REQUIRE_THROWS_AS(fairness(toy(), {}, "test", options), UsageError);
  PredictionSource one = toy();
  for (Prediction& row : one.table.rows) row.further[0] = "f";
  REQUIRE_THROWS_AS(of(one), DataError);
  REQUIRE_THROWS_WITH(of(one), Contains("only the value 'f'"));
}

TEST_CASE("Utterances without a group are left out and counted", "[eval][fairness]") {
  PredictionSource source = toy();
  source.table.rows[0].further[0].clear();
  CHECK(of(source).unknown_group == 1);
}
