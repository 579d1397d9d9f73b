#include <ser/base/random.h>
#include <ser/eval/evaluation.h>

#include <algorithm>
#include <catch2/catch.hpp>

using namespace ser;
using Catch::Matchers::Contains;

namespace {

const Note* find(const std::vector<Note>& notes, const std::string& check) {
  const auto at = std::find_if(notes.begin(), notes.end(), [&](const Note& note) { return note.check == check; });
  return at == notes.end() ? nullptr : &*at;
}

/// Random probabilities of `speakers` speakers with ten utterances each; the class of utterance i by `class_of`.
PredictionTable table_of(int speakers, const std::function<std::string(int speaker, int i)>& class_of) {
  PredictionTable table;
  table.classes = {"a", "b"};
  table.further = {"speaker"};
  Random random(2, "guards");
  for (int s = 0; s < speakers; ++s)
    for (int i = 0; i < 10; ++i) {
      const double p = random.uniform();
      Prediction row{"s" + std::to_string(s) + "u" + std::to_string(i), "test", "1", 0, class_of(s, i), {p, 1 - p}};
      row.further = {"s" + std::to_string(s)};
      table.rows.push_back(row);
    }
  return table;
}

PredictionTable balanced(int speakers) {
  return table_of(speakers, [](int, int i) { return i % 2 == 0 ? "a" : "b"; });
}

}  // namespace

TEST_CASE("Speakers of a column of the table are as good as those of a manifest", "[eval][guards]") {
  const Evaluation result = evaluate(balanced(8), {}, "x");
  CHECK(result.tasks[0].resampling.unit == "speaker");
  CHECK(result.tasks[0].resampling.units == 8);
  CHECK(result.tasks[0].resampling.method == "t");
  CHECK_THAT(find(result.notes, "speakers")->text, Contains("8 speakers are scored"));
  REQUIRE(find(result.notes, "not-scored"));
  CHECK(find(result.notes, "not-scored")->kind == Note::Kind::not_checked);
}

TEST_CASE("Without speakers the intervals are by utterance, and that is said", "[eval][guards]") {
  PredictionTable table = balanced(8);
  table.further.clear();
  for (Prediction& row : table.rows) row.further.clear();
  const Task task = evaluate(table, {}, "x").tasks[0];
  CHECK(task.resampling.unit == "utterance");
  REQUIRE(find(task.notes, "interval-unit"));
  CHECK(find(task.notes, "interval-unit")->kind == Note::Kind::not_checked);
  IntervalOptions by_utterance;
  by_utterance.unit = "utterance";
  const Task asked = evaluate(balanced(8), {}, "x", {}, "test", by_utterance).tasks[0];
  CHECK(find(asked.notes, "interval-unit")->kind == Note::Kind::information);
}

TEST_CASE("Fewer than six speakers are too few", "[eval][guards]") {
  CHECK_FALSE(find(evaluate(balanced(6), {}, "x").tasks[0].notes, "few-speakers"));
  REQUIRE(find(evaluate(balanced(5), {}, "x").tasks[0].notes, "few-speakers"));
}

TEST_CASE("A class of one speaker is named", "[eval][guards]") {
  const PredictionTable table = table_of(8, [](int s, int i) { return s == 3 && i < 5 ? "b" : "a"; });
  const std::vector<Note> notes = evaluate(table, {}, "x").tasks[0].notes;
  REQUIRE(find(notes, "class-of-one-speaker"));
  CHECK_THAT(find(notes, "class-of-one-speaker")->text, Contains("b (s3)"));
  CHECK_FALSE(find(evaluate(balanced(8), {}, "x").tasks[0].notes, "class-of-one-speaker"));
}

TEST_CASE("The same scores in two parts are most likely the same audio", "[eval][guards]") {
  PredictionTable table = balanced(8);
  CHECK_FALSE(find(evaluate(table, {}, "x").notes, "duplicates"));
  table.rows[1].probabilities = table.rows[0].probabilities;
  REQUIRE(find(evaluate(table, {}, "x").notes, "duplicates"));
  CHECK_THAT(find(evaluate(table, {}, "x").notes, "duplicates")->text, Contains("s0u0 = s0u1"));
  table.rows[1].part = "dev";
  REQUIRE(find(evaluate(table, {}, "x").notes, "duplicates-across-parts"));
  CHECK(find(evaluate(table, {}, "x").notes, "duplicates-across-parts")->kind == Note::Kind::warning);
}

TEST_CASE("Scores that many utterances share cannot tell equal audio", "[eval][guards]") {
  PredictionTable table = balanced(8);
  for (Prediction& row : table.rows)
    row.probabilities = row.probabilities[0] < 0.5 ? std::vector<double>{0.2, 0.8} : std::vector<double>{0.8, 0.2};
  REQUIRE(find(evaluate(table, {}, "x").notes, "duplicates"));
  CHECK(find(evaluate(table, {}, "x").notes, "duplicates")->kind == Note::Kind::not_checked);
}

TEST_CASE("A speaker with one class only tells the class", "[eval][guards]") {
  const PredictionTable table = table_of(8, [](int s, int) { return s % 2 == 0 ? "a" : "b"; });
  const std::vector<Note> notes = evaluate(table, {}, "x").notes;
  REQUIRE(find(notes, "speaker-confounding"));
  CHECK(find(notes, "speaker-confounding")->kind == Note::Kind::warning);
  CHECK_THAT(find(notes, "speaker-confounding")->text, Contains("UAR of 100.0 %") && Contains("8 of 8 speakers"));
  CHECK(find(evaluate(balanced(8), {}, "x").notes, "speaker-confounding")->kind == Note::Kind::information);
}

TEST_CASE("How a model was chosen is told where run.yaml records it", "[eval][guards]") {
  RunInfo run;
  CHECK(find(evaluate(balanced(8), run, "x").notes, "selection")->kind == Note::Kind::not_checked);
  run.further = {{"selection", "best epoch on dev"}};
  CHECK(find(evaluate(balanced(8), run, "x").notes, "selection")->kind == Note::Kind::information);
  run.further = {{"selection", "best epoch on test"}};
  REQUIRE(find(evaluate(balanced(8), run, "x").notes, "selection-on-test"));
}

TEST_CASE("A model that guesses does not beat the constant one", "[eval][guards]") {
  const Task guess = evaluate(balanced(12), {}, "x").tasks[0];
  REQUIRE(find(guess.notes, "gain-over-constant"));
  CHECK(find(guess.notes, "gain-over-constant")->kind == Note::Kind::warning);
  PredictionTable good = balanced(12);
  for (Prediction& row : good.rows) row.probabilities[0] = (row.label == "a" ? 0.6 : 0) + 0.4 * row.probabilities[0];
  for (Prediction& row : good.rows) row.probabilities[1] = 1 - row.probabilities[0];
  CHECK(find(evaluate(good, {}, "x").tasks[0].notes, "gain-over-constant")->kind == Note::Kind::information);
}

TEST_CASE("A class whose probability hardly moves is named", "[eval][guards]") {
  PredictionTable table = balanced(8);
  CHECK(find(evaluate(table, {}, "x").tasks[0].notes, "probability-spread")->kind == Note::Kind::information);
  for (Prediction& row : table.rows) {
    row.probabilities[0] = 0.5 + 0.01 * (row.probabilities[0] - 0.5);
    row.probabilities[1] = 1 - row.probabilities[0];
  }
  const std::vector<Note> notes = evaluate(table, {}, "x").tasks[0].notes;
  CHECK(std::any_of(notes.begin(), notes.end(), [](const Note& note) {
    return note.check == "probability-spread" && note.kind == Note::Kind::warning;
  }));
}

TEST_CASE("Estimates of a dimension that never change are named", "[eval][guards]") {
  PredictionTable table;
  table.dimensions = {"arousal"};
  for (int i = 0; i < 20; ++i) {
    Prediction row{"u" + std::to_string(i), "test", "", 0, "", {}};
    row.reference = {i / 20.0}, row.estimate = {0.5};
    table.rows.push_back(row);
  }
  const Task task = evaluate(table, {}, "x").tasks[0];
  REQUIRE(find(task.notes, "constant-probabilities"));
  CHECK_THAT(find(task.notes, "constant-probabilities")->text, Contains("estimates are the same"));
  CHECK(task.figure("ccc_arousal")->seeds.mean == 0);
}
