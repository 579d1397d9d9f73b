#include <ser/base/error.h>
#include <ser/eval/breakdown.h>

#include <catch2/catch.hpp>
#include <cmath>

using namespace ser;

namespace {

Prediction row(const std::string& id, const std::string& label, double p_joy, const std::string& speaker,
               int seed = 0) {
  Prediction one{id, "test", "0", seed, label, {p_joy, 1 - p_joy}};
  one.further = {speaker, speaker < "s2" ? "female" : "male"};
  return one;
}

/// Classes joy and anger, two female and one male speaker.
PredictionSource source_of(std::vector<Prediction> rows) {
  PredictionSource source{"x", {}, {}};
  source.table.classes = {"joy", "anger"};
  source.table.further = {"speaker", "gender"};
  source.table.rows = std::move(rows);
  return source;
}

}  // namespace

TEST_CASE("Recall of each class has an interval by speaker", "[eval]") {
  const PredictionSource source = source_of({row("a", "joy", 0.9, "s0"), row("b", "joy", 0.2, "s0"),
                                             row("c", "joy", 0.8, "s1"), row("d", "anger", 0.1, "s2")});
  const Breakdown one = break_down(source, {}, "test", {}, {}).at(0);
  CHECK(one.recall[0].value == Approx(2.0 / 3));
  CHECK(one.recall[0].interval.low < 2.0 / 3);
  CHECK(one.recall[0].interval.high == 1);
  CHECK(one.recall[1].value == 1);
  CHECK_FALSE(one.recall[1].interval.defined());
}

TEST_CASE("Speakers stand in the order of their recall", "[eval]") {
  const PredictionSource source =
      source_of({row("a", "joy", 0.9, "s0"), row("b", "anger", 0.6, "s0"), row("c", "joy", 0.8, "s1"),
                 row("d", "joy", 0.1, "s2"), row("e", "joy", 0.9, "")});
  const std::vector<SpeakerScores> speakers = break_down(source, {}, "test", {}, {}).at(0).speakers;
  REQUIRE(speakers.size() == 3);
  CHECK(speakers[0].name == "s2");
  CHECK(speakers[1].name == "s0");
  CHECK(speakers[1].uar == 0.5);
  CHECK(speakers[1].classes == 2);
  CHECK(speakers[2].uar == 1);
}

TEST_CASE("Errors are judged by the mean over seeds, the widest margin first", "[eval]") {
  const PredictionSource source =
      source_of({row("a", "anger", 0.9, "s0", 0), row("a", "anger", 0.7, "s0", 1), row("b", "anger", 0.9, "s0", 0),
                 row("b", "anger", 0.05, "s0", 1), row("c", "joy", 0.02, "s1", 0), row("c", "joy", 0.04, "s1", 1)});
  BreakdownOptions options;
  const Breakdown one = break_down(source, {}, "test", options, {}).at(0);
  CHECK(one.utterances == 3);
  CHECK(one.wrong == 2);
  REQUIRE(one.errors.size() == 2);
  CHECK(one.errors[0].id == "c");
  CHECK(one.errors[0].decision == "anger");
  CHECK(one.errors[0].confidence == Approx(0.97));
  CHECK(one.errors[0].of_reference == Approx(0.03));
  CHECK(one.errors[1].id == "a");
  options.worst = 1;
  CHECK(break_down(source, {}, "test", options, {}).at(0).errors.size() == 1);
}

TEST_CASE("Groups are those that differ, or those asked for", "[eval]") {
  std::vector<Prediction> rows{row("a", "joy", 0.9, "s0"), row("b", "joy", 0.2, "s1"), row("c", "joy", 0.8, "s2")};
  BreakdownOptions options;
  const std::vector<GroupBreakdown> groups = break_down(source_of(rows), {}, "test", options, {}).at(0).groups;
  REQUIRE(groups.size() == 1);
  CHECK(groups[0].column == "gender");
  REQUIRE(groups[0].groups.size() == 2);
  CHECK(groups[0].groups[0].name == "female");
  CHECK(groups[0].groups[0].uar.value == 0.5);
  CHECK(std::isnan(groups[0].groups[0].true_positive_rate[1]));
  options.groups = {"speaker"};
  CHECK(break_down(source_of(rows), {}, "test", options, {}).at(0).groups[0].groups.size() == 3);
  options.groups = {"accent"};
  CHECK_THROWS_AS(break_down(source_of(rows), {}, "test", options, {}), UsageError);
  rows.pop_back();
  options.groups = {"gender"};
  CHECK(break_down(source_of(rows), {}, "test", options, {}).at(0).groups[0].groups.empty());
}

TEST_CASE("Errors of dimensions are those farthest off", "[eval]") {
  PredictionSource source{"x", {}, {}};
  source.table.dimensions = {"arousal", "valence"};
  source.table.rows = {{"a", "test", "", 0, "", {}, {}, {1, 1}, {1, 2}, {}},
                       {"b", "test", "", 0, "", {}, {}, {1, std::nan("")}, {4, 1}, {}}};
  const std::vector<DimensionError> errors = break_down(source, {}, "test", {}, {}).at(0).dimension_errors;
  REQUIRE(errors.size() == 2);
  CHECK(errors[0].id == "b");
  CHECK(errors[0].distance == 3);
  CHECK(errors[1].distance == Approx(std::sqrt(0.5)));
}
