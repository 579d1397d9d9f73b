#include <ser/base/error.h>
#include <ser/eval/cross.h>
#include <ser/eval/evaluation.h>
#include <support/files.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

using namespace ser;
using Catch::Matchers::Contains;

namespace {

const Metric& uar = metrics()[0];

/// Adds `hits` right and `misses` wrong decisions on utterances of class "a" and one right one of class "b".
void add_fold(PredictionTable& table, const std::string& fold, int seed, int hits, int misses,
              const std::string& prefix = "") {
  table.classes = {"a", "b"};
  for (int i = 0; i < hits + misses; ++i)
    table.rows.push_back({prefix + fold + "-" + std::to_string(i), "test", fold, seed, "a",
                          i < hits ? std::vector<double>{0.9, 0.1} : std::vector<double>{0.2, 0.8}});
  table.rows.push_back({prefix + fold + "-b", "test", fold, seed, "b", {0.3, 0.7}});
}

const Note* find(const std::vector<Note>& notes, const std::string& check) {
  const auto at = std::find_if(notes.begin(), notes.end(), [&](const Note& note) { return note.check == check; });
  return at == notes.end() ? nullptr : &*at;
}

FoldInfo fold_info(const std::string& name, const std::string& kind, std::vector<std::string> train,
                   const std::string& test) {
  return {name, kind, std::move(train), {test}, {}};
}

Utterance utterance(const std::string& id, const std::string& speaker) {
  Utterance u;
  u.id = id, u.wav = id + ".wav", u.speaker = speaker;
  return u;
}

Manifest manifest_of(const PredictionTable& table, const std::function<std::string(const std::string&)>& speaker_of) {
  Manifest manifest;
  manifest.corpus = "c";
  for (const Prediction& row : table.rows) manifest.utterances.push_back(utterance(row.id, speaker_of(row.id)));
  return manifest;
}

}  // namespace

TEST_CASE("The pooled figure is of one set, the mean is over folds", "[eval]") {
  PredictionTable table;
  add_fold(table, "1", 0, 9, 1);
  add_fold(table, "2", 0, 0, 2);
  const Task task = evaluate(table, {}, "x").tasks.at(0);
  CHECK(task.pooled.unweighted_average_recall == Approx((9.0 / 12 + 1) / 2));
  CHECK(task.over_folds(uar).mean == Approx(((0.9 + 1) / 2 + (0.0 + 1) / 2) / 2));
  CHECK(task.over_folds(uar).deviation == Approx(0.45 / std::sqrt(2.0)));
  CHECK(task.over_seeds(uar).mean == task.pooled.unweighted_average_recall);
  CHECK(std::isnan(task.over_seeds(uar).deviation));
}

TEST_CASE("Seeds are pooled one by one, then spread", "[eval]") {
  PredictionTable table;
  for (const int seed : {2, 1}) {
    add_fold(table, "1", seed, seed == 1 ? 10 : 5, seed == 1 ? 0 : 5);
    add_fold(table, "2", seed, 10, 0);
  }
  const Task task = evaluate(table, {}, "x").tasks.at(0);
  REQUIRE(task.seeds.size() == 2);
  CHECK(task.seeds[0].seed == 1);
  CHECK(task.seeds[0].scores.unweighted_average_recall == 1);
  CHECK(task.seeds[1].scores.unweighted_average_recall == Approx((0.75 + 1) / 2));
  CHECK(task.over_seeds(uar).mean == Approx((1 + 0.875) / 2));
  CHECK(task.over_folds(uar).count == 2);
  CHECK(task.over_folds(uar).mean == Approx(((1 + 0.75) / 2 + 1) / 2));
}

TEST_CASE("Folds on other corpora are tasks of their own", "[eval]") {
  PredictionTable table;
  add_fold(table, "a->b", 0, 1, 9);
  add_fold(table, "a:2", 0, 10, 0);
  add_fold(table, "a:10", 0, 10, 0);
  RunInfo run;
  run.folds = {fold_info("a:2", "self", {"a"}, "a"), fold_info("a:10", "self", {"a"}, "a"),
               fold_info("a->b", "cross", {"a"}, "b")};
  const Evaluation result = evaluate(table, run, "x");
  REQUIRE(result.tasks.size() == 2);
  CHECK(result.tasks[0].title() == "a (self)");
  CHECK(result.tasks[0].pooled.unweighted_average_recall == 1);
  CHECK(result.tasks[0].folds[0].fold == "a:2");
  CHECK(result.tasks[1].title() == "a -> b");
  CHECK(result.tasks[1].pooled.unweighted_average_recall == Approx(0.55));
}

TEST_CASE("Folds without run.yaml stand in natural order", "[eval]") {
  PredictionTable table;
  for (const char* name : {"10", "9", "Session2", "1"}) add_fold(table, name, 0, 1, 1);
  const Task task = evaluate(table, {}, "x").tasks.at(0);
  std::vector<std::string> names;
  for (const FoldScores& fold : task.folds) names.push_back(fold.fold);
  CHECK(names == std::vector<std::string>{"1", "9", "10", "Session2"});
}

TEST_CASE("The majority class is that of training where run.yaml has its counts", "[eval]") {
  PredictionTable table;
  add_fold(table, "1", 0, 9, 0);
  RunInfo run;
  const Baselines of_test = evaluate(table, run, "x").tasks[0].baselines;
  CHECK_FALSE(of_test.from_training);
  CHECK(of_test.majority.weighted_average_recall == Approx(0.9));
  CHECK(of_test.majority.unweighted_average_recall == 0.5);
  CHECK(of_test.chance == 0.5);
  run.class_counts_train = {{"a", 10}, {"b", 11}};
  const Baselines of_training = evaluate(table, run, "x").tasks[0].baselines;
  CHECK(of_training.from_training);
  CHECK(of_training.majority.weighted_average_recall == Approx(0.1));
}

TEST_CASE("Only the asked part with a reference is scored", "[eval]") {
  PredictionTable table;
  add_fold(table, "1", 0, 2, 0);
  table.rows[0].part = "dev";
  table.rows[1].label.clear();
  CHECK(evaluate(table, {}, "x").tasks[0].pooled.utterances == 1);
  CHECK(evaluate(table, {}, "x", {}, "dev").tasks[0].pooled.utterances == 1);
  REQUIRE_THROWS_AS(evaluate(table, {}, "x", {}, "train"), DataError);
  REQUIRE_THROWS_WITH(evaluate(table, {}, "x", {}, "train"), Contains("the parts are: dev, test"));
}

TEST_CASE("A collapsed model is named", "[eval]") {
  PredictionTable table;
  add_fold(table, "1", 0, 5, 0);
  CHECK_FALSE(find(evaluate(table, {}, "x").tasks[0].notes, "constant-predictions"));
  for (Prediction& row : table.rows) row.probabilities = {0.6, 0.4};
  const std::vector<Note> notes = evaluate(table, {}, "x").tasks[0].notes;
  REQUIRE(find(notes, "constant-predictions"));
  REQUIRE(find(notes, "constant-probabilities"));
  REQUIRE(find(notes, "class-never-predicted"));
  CHECK_THAT(find(notes, "class-never-predicted")->text, Contains("Never predicted: b"));
  REQUIRE(find(notes, "below-chance"));
}

TEST_CASE("What cannot be checked says so", "[eval]") {
  PredictionTable table;
  add_fold(table, "1", 0, 5, 0);
  const std::vector<Note> notes = evaluate(table, {}, "x").notes;
  REQUIRE(find(notes, "speakers"));
  CHECK(find(notes, "speakers")->kind == Note::Kind::not_checked);
  REQUIRE(find(notes, "speaker-dependence"));
}

TEST_CASE("Speakers tested in several folds with different utterances are found", "[eval]") {
  PredictionTable table;
  add_fold(table, "1", 0, 3, 1);
  add_fold(table, "2", 0, 3, 1);
  const auto by_fold = [](const std::string& id) { return "speaker" + id.substr(0, 1); };
  const std::vector<Manifest> grouped{manifest_of(table, by_fold)};
  CHECK_FALSE(find(evaluate(table, {}, "x", grouped).notes, "speakers-across-folds"));

  const std::vector<Manifest> mixed{manifest_of(table, [](const std::string& id) { return "s" + id.substr(1); })};
  const std::vector<Note> notes = evaluate(table, {}, "x", mixed).notes;
  REQUIRE(find(notes, "speakers-across-folds"));
  CHECK(find(notes, "speakers-across-folds")->kind == Note::Kind::warning);
  RunInfo declared;
  declared.speaker_dependent = true;
  CHECK(find(evaluate(table, declared, "x", mixed).notes, "speakers-across-folds")->kind == Note::Kind::information);
}

TEST_CASE("Repeated cross-validation by speaker is no leak", "[eval]") {
  PredictionTable table;
  add_fold(table, "1", 0, 3, 1);
  const std::size_t n = table.rows.size();
  for (std::size_t i = 0; i < n; ++i) {
    table.rows.push_back(table.rows[i]);
    table.rows.back().fold = "2.1";
  }
  const std::vector<Manifest> manifests{manifest_of(table, [](const std::string&) { return "s"; })};
  const Evaluation result = evaluate(table, {}, "x", manifests);
  CHECK_FALSE(find(result.notes, "speakers-across-folds"));
  CHECK(find(result.tasks[0].notes, "scored-repeatedly"));
}

TEST_CASE("A speaker in dev and test of one fold, unknown and unscored utterances are found", "[eval]") {
  PredictionTable table;
  add_fold(table, "1", 0, 3, 1);
  table.rows[0].part = "dev";
  Manifest manifest = manifest_of(table, [](const std::string&) { return "s"; });
  manifest.utterances.pop_back();
  manifest.utterances.push_back(utterance("silent", "t"));
  const std::vector<Note> notes = evaluate(table, {}, "x", std::vector<Manifest>{manifest}).notes;
  CHECK(find(notes, "speakers-across-parts"));
  REQUIRE(find(notes, "unknown-ids"));
  CHECK_THAT(find(notes, "unknown-ids")->text, Contains("1-b"));
  CHECK(find(notes, "not-scored"));
}

TEST_CASE("A fold of run.yaml without predictions is missed", "[eval]") {
  PredictionTable table;
  add_fold(table, "1", 0, 3, 1);
  RunInfo run;
  run.folds = {fold_info("1", "self", {"a"}, "a"), fold_info("2", "self", {"a"}, "a")};
  const std::vector<Note> notes = evaluate(table, run, "x").notes;
  REQUIRE(find(notes, "folds-missing"));
  CHECK_THAT(find(notes, "folds-missing")->text, Contains("1 of the 2 folds"));
}

TEST_CASE("run.yaml is read back as it was written, and missing keys are no error", "[eval]") {
  const test::TemporaryFolder folder;
  RunInfo run;
  run.command = "ser-train \"x\": y";
  run.features = "1e3";
  run.speaker_dependent = true;
  run.further = {{"threads", "2"}};
  run.folds = {fold_info("1", "self", {"no"}, "null")};
  run.folds[0].class_counts_train = {{"anger", 3}};
  write_file(folder / "run.yaml", format_run_info(run));
  write_file(folder / "config.yaml", "seed: 1\n");
  const RunInfo back = read_run_info(folder.path());
  CHECK(back.command == run.command);
  CHECK(back.features == "1e3");
  CHECK(back.learner.empty());
  CHECK(back.speaker_dependent == true);
  CHECK(back.further == run.further);
  CHECK(back.config == "seed: 1\n");
  REQUIRE(back.fold("1"));
  CHECK(back.fold("1")->train_corpora == std::vector<std::string>{"no"});
  CHECK(back.fold("1")->test_corpora == std::vector<std::string>{"null"});
  CHECK(back.fold("1")->class_counts_train.at("anger") == 3);
  CHECK(read_run_info(folder / "none").folds.empty());
  CHECK(run_folder_of(folder / "fold_1/seed_1/predictions.tsv") == folder.path());

  write_file(folder / "run.yaml", "learner: x\nspeaker_dependent: perhaps\n");
  REQUIRE_THROWS_AS(read_run_info(folder.path()), DataError);
  REQUIRE_THROWS_WITH(read_run_info(folder.path()), Contains("run.yaml:2:"));
}

TEST_CASE("Self and cross runs make one matrix with the gap per test corpus", "[eval][cross]") {
  const auto run_of = [](const std::string& name, std::vector<FoldInfo> folds, std::vector<int> hits_of_10) {
    PredictionTable table;
    for (std::size_t i = 0; i < folds.size(); ++i) add_fold(table, folds[i].name, 0, hits_of_10[i], 10 - hits_of_10[i]);
    RunInfo run;
    run.features = "f", run.learner = "l", run.normalisation = "train", run.labels = "4class";
    run.folds = std::move(folds);
    run.speaker_dependent = name == "self a";
    return evaluate(table, run, name);
  };
  std::vector<Evaluation> runs{
      run_of("self a", {fold_info("1", "self", {"a"}, "a"), fold_info("2", "self", {"a"}, "a")}, {10, 8}),
      run_of("cross",
             {fold_info("b->a", "cross", {"b"}, "a"), fold_info("c->a", "cross", {"c"}, "a"),
              fold_info("loco->a", "loco", {"b", "c"}, "a")},
             {2, 4, 5})};
  const std::vector<CrossMatrix> matrices = cross_matrices(runs);
  REQUIRE(matrices.size() == 1);
  const CrossMatrix& matrix = matrices[0];
  CHECK(matrix.trains == std::vector<std::string>{"a", "b", "c"});
  CHECK(matrix.tests == std::vector<std::string>{"a"});
  REQUIRE(matrix.pair("a", "a"));
  CHECK(matrix.pair("a", "a")->uar.mean == Approx((0.9 + 1) / 2));
  CHECK(matrix.pair("a", "a")->speaker_dependent == true);
  CHECK(matrix.pair("b", "a")->uar.mean == Approx((0.2 + 1) / 2));
  CHECK_FALSE(matrix.pair("a", "b"));
  CHECK(matrix.self_minus_cross("a") == Approx(0.95 - (0.6 + 0.7) / 2));
  CHECK(matrix.self_minus_leave_one_out("a") == Approx(0.95 - 0.75));
  CHECK(matrix.mean_of_pairs("a") == Approx((0.6 + 0.7) / 2));
  CHECK(matrix.pair("a", "a")->uar_over_folds.count == 2);
  CHECK(matrix.pair("a", "a")->uar_over_folds.mean == Approx((1.0 + 0.9) / 2));
  CHECK(matrix.pair("a", "a")->uar_over_folds.deviation == Approx(0.1 / std::sqrt(2.0)));
  CHECK_FALSE(matrix.contrast("a"));
  CHECK(matrix.crosses());

  SECTION("a speaker-dependent run stands beside the one that is not, and enters no gap") {
    runs.push_back(run_of("grouped a", {fold_info("1", "self", {"a"}, "a")}, {6}));
    const CrossMatrix both = cross_matrices(runs)[0];
    CHECK(both.pair("a", "a")->run == "grouped a");
    REQUIRE(both.contrast("a"));
    CHECK(both.contrast("a")->run == "self a");
    CHECK(both.self_minus_cross("a") == Approx(0.8 - (0.6 + 0.7) / 2));
  }
  SECTION("a corpus by itself crosses nothing") {
    runs.pop_back();
    const CrossMatrix alone = cross_matrices(runs)[0];
    CHECK_FALSE(alone.crosses());
    CHECK(std::isnan(alone.mean_of_pairs("a")));
    CHECK(std::isnan(alone.self_minus_cross("a")));
  }
  SECTION("cells have intervals where speakers are known") {
    CHECK_FALSE(matrix.pair("b", "a")->interval.defined());
    PredictionTable table;
    for (int speaker = 0; speaker < 8; ++speaker)
      add_fold(table, "b->a", 0, speaker, 10 - speaker, "s" + std::to_string(speaker));
    RunInfo run;
    run.folds = {fold_info("b->a", "cross", {"b"}, "a")};
    const std::vector<Manifest> manifests{manifest_of(table, [](const std::string& id) { return id.substr(0, 2); })};
    const CrossMatrix of_speakers = cross_matrices(std::vector<Evaluation>{evaluate(table, run, "x", manifests)})[0];
    const CrossCell* cell = of_speakers.pair("b", "a");
    CHECK(cell->resampling.units == 8);
    CHECK(cell->interval.low < cell->uar.mean);
    CHECK(cell->interval.high > cell->uar.mean);
  }
  SECTION("other features make another matrix") {
    runs[1].run.features = "g";
    CHECK(cross_matrices(runs).size() == 2);
    CHECK(std::isnan(cross_matrices(runs)[0].self_minus_cross("a")));
  }
  SECTION("a cell held by two runs is refused") {
    runs.push_back(runs[0]);
    REQUIRE_THROWS_AS(cross_matrices(runs), DataError);
    REQUIRE_THROWS_WITH(cross_matrices(runs), Contains("both hold the self cell a -> a"));
  }
  SECTION("a run that does not record its corpora is refused") {
    PredictionTable table;
    add_fold(table, "1", 0, 1, 1);
    REQUIRE_THROWS_AS(cross_matrices(std::vector<Evaluation>{evaluate(table, {}, "x")}), DataError);
  }
}
