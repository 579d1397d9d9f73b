#include <ser/base/error.h>
#include <ser/eval/predictions.h>
#include <support/files.h>

#include <catch2/catch.hpp>
#include <cmath>

using namespace ser;
using Catch::Matchers::Contains;

namespace {

PredictionTable read(const std::string& text, const std::string& name = "p.tsv") {
  const test::TemporaryFolder folder;
  write_file(folder / name, text);
  return read_predictions(folder / name);
}

void check_refused(const std::string& text, const std::string& message, const std::string& name = "p.tsv") {
  INFO(text);
  REQUIRE_THROWS_AS(read(text, name), DataError);
  REQUIRE_THROWS_WITH(read(text, name), Contains(message));
}

}  // namespace

TEST_CASE("Our own predictions are read back as they were written", "[eval]") {
  PredictionTable table;
  table.classes = {"anger", "joy"};
  table.rows.push_back({"a", "test", "crema-d->ravdess", 7, "joy", {0.1, 0.9}});
  table.rows.push_back({"b", "dev", "1", 0, "", {1.0 / 3, 2.0 / 3}});
  const PredictionTable back = read(format_predictions(table));
  REQUIRE(back.classes == table.classes);
  REQUIRE_FALSE(back.decisions_only);
  REQUIRE(back.rows.size() == 2);
  CHECK(back.rows[0].fold == "crema-d->ravdess");
  CHECK(back.rows[0].seed == 7);
  CHECK(back.rows[1].part == "dev");
  CHECK(back.rows[1].label.empty());
  CHECK(back.rows[1].probabilities == table.rows[1].probabilities);
  REQUIRE(back.notes.size() == 1);
  CHECK_THAT(back.notes[0], Contains("1 of 2 rows have no reference label"));
}

TEST_CASE("A table of another tool needs an id, a reference and a prediction", "[eval]") {
  for (const std::string reference : {"label", "ref", "reference", "true"})
    for (const std::string prediction : {"prediction", "pred"}) {
      const PredictionTable table =
          read("id;" + reference + ";note;" + prediction + "\nb;joy;\"x;y\";anger\na;fear;;joy\n", "p.csv");
      CHECK(table.classes == std::vector<std::string>{"anger", "fear", "joy"});
      CHECK(table.decisions_only);
      REQUIRE(table.rows.size() == 2);
      CHECK(table.rows[0].probabilities == std::vector<double>{1, 0, 0});
      CHECK(table.rows[1].probabilities == std::vector<double>{0, 0, 1});
      CHECK(table.rows[0].part == "test");
      CHECK(table.rows[0].seed == 0);
      CHECK_THAT(table.notes.at(0), Contains("decisions but no probabilities"));
    }
}

TEST_CASE("A commented header line of NumPy or pandas is a header", "[eval]") {
  CHECK(read("# id\tref\tp_a\tp_b\nu\ta\t0.5\t0.5\n").rows.at(0).id == "u");
}

TEST_CASE("Of equally probable classes the first is predicted", "[eval]") {
  CHECK(predicted_class({"", "", "", 0, "", {0.2, 0.4, 0.4}}) == 1);
}

TEST_CASE("What is odd but usable is noted", "[eval]") {
  const PredictionTable table = read("id\tlabel\tprediction\tp_a\tp_b\nu\ta\tb\t0.9\t0.1\nv\tb\tb\t0.1\t0.1\n");
  REQUIRE(table.notes.size() == 2);
  CHECK_THAT(table.notes[0], Contains("1 of 2 rows have probabilities that do not sum to 1"));
  CHECK_THAT(table.notes[1], Contains("2 of 2 rows name another prediction"));
}

TEST_CASE("Malformed predictions are refused with file and line", "[eval]") {
  check_refused("", "is empty");
  check_refused("id\tlabel\tp_a\tp_b\n", "no predictions");
  check_refused("utt\tlabel\tp_a\tp_b\nu\ta\t1\t0\n", "p.tsv:1: no column 'id'");
  check_refused("id\temotion\tp_a\tp_b\nu\ta\t1\t0\n", "p.tsv:1: no column of reference classes");
  check_refused("id\tlabel\tscore\nu\ta\t1\n", "p.tsv:1: no scores");
  check_refused("id\tlabel\tp_a\nu\ta\t1\n", "p.tsv:1: only one class");
  check_refused("id\tlabel\tp_a\tp_b\nu\ta\t1\n", "p.tsv:2: 3 fields, but the header has 4");
  check_refused("id\tlabel\tp_a\tp_b\nu\ta\t1\t0\nv\ta\tx\t0\n", "p.tsv:3: p_a 'x' is not a number");
  check_refused("id\tlabel\tp_a\tp_b\nu\ta\tnan\t0\n", "p.tsv:2: p_a 'nan' is not a number");
  check_refused("id\tlabel\tp_a\tp_b\nu\ta\t\t0\n", "p.tsv:2: p_a '' is not a number");
  check_refused("id\tlabel\tp_a\tp_b\nu\ta\t1.5\t0\n", "p.tsv:2: p_a 1.5 is outside 0 to 1");
  check_refused("id\tlabel\tp_anger\tp_joy\nu\tangr\t1\t0\n", "did you mean 'anger'?");
  check_refused("id\tlabel\tp_a\tp_b\n\ta\t1\t0\n", "p.tsv:2: the id is empty");
  check_refused("id\tlabel\tseed\tp_a\tp_b\nu\ta\tx\t1\t0\n", "p.tsv:2: seed 'x'");
  check_refused("id\tlabel\tprediction\nu\ta\t\n", "p.tsv:2: the prediction of u is empty");
  check_refused("id,label,prediction\nu,a,\"b\n", "p.csv:2: a quoted field is not closed", "p.csv");
}

TEST_CASE("An utterance occurs once per fold and seed", "[eval]") {
  const std::string header = "id\tfold\tseed\tlabel\tprediction\n";
  CHECK(read(header + "u\t1\t1\ta\ta\nu\t2\t1\ta\ta\nu\t1\t2\ta\ta\n").rows.size() == 3);
  check_refused(header + "u\t1\t1\ta\ta\nv\t1\t1\ta\ta\nu\t1\t1\ta\tb\n",
                "p.tsv:4: u (fold '1', seed 1) was already in line 2");
}

TEST_CASE("Dimensions and further columns are read back as they were written", "[eval]") {
  PredictionTable table;
  table.dimensions = {"arousal", "valence"};
  table.further = {"speaker", "accent"};
  Prediction known{"a", "test", "1", 2, "", {}}, partly{"b", "test", "1", 2, "", {}};
  known.reference = {0.25, -1}, known.estimate = {0.5, 0}, known.further = {"s1", "north"};
  partly.reference = {std::nan(""), 3}, partly.estimate = {0.125, 2}, partly.further = {"s2", ""};
  table.rows = {known, partly};
  const PredictionTable back = read(format_predictions(table));
  CHECK(back.classes.empty());
  CHECK(back.dimensions == table.dimensions);
  CHECK(back.further == table.further);
  CHECK(back.rows[0].reference == known.reference);
  CHECK(back.rows[1].estimate == partly.estimate);
  CHECK(std::isnan(back.rows[1].reference[0]));
  CHECK(back.rows[1].reference[1] == 3);
  CHECK(back.rows[0].further == known.further);
}

TEST_CASE("Distributions are read back as they were written", "[eval]") {
  PredictionTable table;
  table.classes = {"a", "b"};
  table.distributions = true;
  Prediction row{"u", "test", "", 0, "a", {0.5, 0.5}};
  row.distribution = {0.75, 0.25};
  table.rows = {row};
  const PredictionTable back = read(format_predictions(table));
  CHECK(back.distributions);
  CHECK(back.rows[0].distribution == row.distribution);
  CHECK(back.rows[0].label == "a");
}

TEST_CASE("y_true and y_pred are a reference and a prediction, not a dimension", "[eval]") {
  const PredictionTable table = read("id,y_true,y_pred\nu,joy,fear\n", "p.csv");
  CHECK(table.rows[0].label == "joy");
  CHECK(table.classes == std::vector<std::string>{"fear", "joy"});
  CHECK(table.dimensions.empty());
}
