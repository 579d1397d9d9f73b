#include <ser/eval/cross.h>
#include <ser/report/cross_tables.h>
#include <ser/report/grid.h>
#include <ser/report/html.h>
#include <ser/report/html_report.h>
#include <ser/report/results.h>
#include <ser/report/score_formats.h>
#include <ser/report/score_tables.h>
#include <support/files.h>
#include <support/html.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace ser;
using Catch::Matchers::Contains;

namespace {

constexpr const char* hostile = "<script>alert('x')</script>&\"|`*\n\t";

/// Two folds of three classes, "fear" never in the reference, all names hostile where asked.
Evaluation example(bool speaker_dependent, const std::string& name = "exp/a/b", const std::string& class_name = "joy") {
  PredictionTable table;
  table.classes = {"anger", class_name, "fear"};
  for (int i = 0; i < 20; ++i)
    table.rows.push_back({"u" + std::to_string(i), "test", std::to_string(i % 2), 0, table.classes[i % 4 == 0 ? 0 : 1],
                          i % 3 == 0 ? std::vector<double>{0.7, 0.2, 0.1} : std::vector<double>{0.2, 0.7, 0.1}});
  RunInfo run;
  run.speaker_dependent = speaker_dependent;
  run.protocol = name;
  run.command = "ser-train " + name;
  run.config = "x: " + name;
  run.folds = {{"0", "self", {name}, {name}, {}}, {"1", "self", {name}, {name}, {}}};
  return evaluate(table, run, name);
}

std::vector<std::string> all_forms(const Evaluation& evaluation) {
  const std::span<const Evaluation> runs(&evaluation, 1);
  return {scores_text(runs),
          scores_markdown(runs),
          scores_json(runs),
          grid_tsv(long_grid(runs)),
          grid_csv(long_grid(runs)),
          html_report({evaluation, "", "2025-01-01", "ser-eval score"}),
          results_markdown("heading", runs, "ser-eval score", "2025-01-01")};
}

}  // namespace

TEST_CASE("A table aligns words left and figures right, by characters", "[report]") {
  const ReportGrid grid{"T", {"class", "UAR %"}, {{"\u00E9motion", "5.0"}, {"x", "100.0"}}, 1};
  CHECK(grid_text(grid) == "T\n\nclass    UAR %\n-------  -----\n\u00E9motion    5.0\nx        100.0\n");
  CHECK(grid_markdown(grid) == "**T**\n\n| class | UAR % |\n| --- | ---: |\n| \u00E9motion | 5.0 |\n| x | 100.0 |\n");
}

TEST_CASE("Separators and markup in names do not break a table", "[report]") {
  const ReportGrid grid{"", {"a", "b"}, {{"x,\"y\"\tz", "1|2\n3"}}, 1};
  CHECK(grid_csv(grid) == "a,b\n\"x,\"\"y\"\"\tz\",\"1|2\n3\"\n");
  CHECK(grid_tsv(grid) == "a\tb\nx,\"y\" z\t1|2 3\n");
  CHECK_THAT(grid_markdown(grid), Contains("| x,\"y\" z | 1\\|2 3 |"));
}

TEST_CASE("Figures are percent with one decimal; what is not defined is n/a", "[report]") {
  CHECK(percent(0.55149) == "55.1");
  CHECK(percent(std::nan("")) == "n/a");
  CHECK(points(0.032) == "+3.2");
  CHECK(points(-0.032) == "-3.2");
}

TEST_CASE("Every form of a speaker-dependent result says so, and no other does", "[report]") {
  for (const std::string& form : all_forms(example(true))) CHECK_THAT(form, Contains("speaker-dependent"));
  for (const std::string& form : all_forms(example(false))) {
    CHECK_THAT(form, !Contains("speaker-dependent"));
    CHECK_THAT(form, Contains("speaker-independent"));
  }
}

TEST_CASE("Guards stand in the forms that people and programs read", "[report]") {
  const Evaluation evaluation = example(false);
  const std::span<const Evaluation> runs(&evaluation, 1);
  for (const std::string& form :
       {scores_text(runs), scores_markdown(runs), scores_json(runs), html_report({evaluation, "", "", ""})}) {
    CHECK_THAT(form, Contains("Not in the reference: fear"));
    CHECK_THAT(form, Contains("no manifest was given"));
  }
}

TEST_CASE("JSON holds fractions with full precision and null where undefined", "[report]") {
  const Evaluation evaluation = example(false);
  const auto json = nlohmann::json::parse(scores_json(std::span(&evaluation, 1)));
  const auto& task = json["runs"][0]["tasks"][0];
  CHECK(task["over_seeds"]["uar"]["mean"].get<double>() == evaluation.tasks[0].pooled.unweighted_average_recall);
  CHECK(task["over_seeds"]["uar"]["deviation"].is_null());
  CHECK(task["pooled"]["classes"][2]["recall"].is_null());
  CHECK(task["pooled"]["confusion"][1][1].get<std::size_t>() == evaluation.tasks[0].pooled.confusion(1, 1));
  CHECK(task["folds"].size() == 2);
  CHECK(task["chance"]["uar"].get<double>() == 0.5);
}

TEST_CASE("The long table has each figure once, as a fraction", "[report]") {
  const Evaluation evaluation = example(false);
  const ReportGrid grid = long_grid(std::span(&evaluation, 1));
  std::size_t pooled = 0;
  for (const auto& row : grid.rows) {
    REQUIRE(row.size() == grid.header.size());
    if (row[5] != "pooled" || row[9] != "war") continue;
    ++pooled;
    CHECK(std::stod(row[11]) == evaluation.tasks[0].pooled.weighted_average_recall);
  }
  CHECK(pooled == 1);
}

TEST_CASE("The page is well-formed and refers to nothing outside", "[report]") {
  for (const bool dependent : {false, true})
    for (const std::string& name : {std::string("exp/a/b"), std::string(hostile)}) {
      const std::string html = html_report({example(dependent, name, name + "2"), name, name, name});
      CHECK(test::unbalanced(html) == "");
      for (const char* outside : {"http:", "https:", "//", "url(", "@import", "src=", "<script", "<link"})
        CHECK_THAT(html, !Contains(outside));
      for (const std::string& address : test::values_of(html, "href")) CHECK(address.starts_with('#'));
      CHECK_THAT(html, Contains("prefers-color-scheme:dark") && Contains("@media print") && Contains("viewport"));
    }
}

TEST_CASE("The check for balance finds what is not", "[report]") {
  CHECK(test::unbalanced("<html><p></html>") != "");
  CHECK(test::unbalanced("<html><b>1 < 2</b></html>") != "");
  CHECK(test::unbalanced("<html><meta charset=\"x\"/></html>") == "");
}

TEST_CASE("Hostile text is shown, not run", "[report]") {
  CHECK(escape_html("<a href=\"x\">'&\x01") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp; ");
  const Evaluation evaluation = example(true, hostile, "<img onerror=1>");
  const std::string html = html_report({evaluation, "", hostile, hostile});
  CHECK_THAT(html, !Contains("<img") && Contains("&lt;img onerror=1&gt;") && Contains("&lt;script&gt;"));
  const std::string markdown = scores_markdown(std::span(&evaluation, 1));
  CHECK_THAT(markdown, Contains("\\<img onerror=1>"));
  CHECK_NOTHROW(nlohmann::json::parse(scores_json(std::span(&evaluation, 1))));
}

TEST_CASE("Bytes that are no UTF-8 do not stop the JSON", "[report]") {
  const Evaluation evaluation = example(false, "exp/\xFF/run");
  CHECK_NOTHROW(nlohmann::json::parse(scores_json(std::span(&evaluation, 1))));
}

TEST_CASE("Text on every shade has a contrast of at least 4.5", "[report]") {
  CHECK(contrast({0, 0, 0}, {255, 255, 255}) == Approx(21));
  CHECK(contrast({119, 119, 119}, {255, 255, 255}) == Approx(4.48).margin(0.005));
  for (const bool dark : {false, true})
    for (int step = 0; step < shade_steps; ++step)
      CHECK(contrast(shade(step, dark).background, shade(step, dark).text) >= 4.5);
}

TEST_CASE("A block of RESULTS.md has what is needed to get its figures again", "[report]") {
  const Evaluation evaluation = example(true);
  const std::string block =
      results_markdown("Heading", std::span(&evaluation, 1), "ser-eval score exp/a/b", "2025-01-01");
  CHECK(block.starts_with("## Heading\n\n- date: 2025-01-01\n- scored with: ser "));
  CHECK_THAT(block, Contains("git ") && Contains("`ser-eval score exp/a/b`") && Contains("protocol `exp/a/b`") &&
                        Contains("n = exp/a/b (self) 20") && Contains("UAR %"));
}

TEST_CASE("Results are added behind what is there", "[report]") {
  const test::TemporaryFolder folder;
  append_results(folder / "RESULTS.md", "## A\n");
  append_results(folder / "RESULTS.md", "## B\n");
  CHECK(read_file(folder / "RESULTS.md") == "# Results\n\n## A\n\n## B\n");
  write_file(folder / "mine.md", "no line break");
  append_results(folder / "mine.md", "## B\n");
  CHECK(read_file(folder / "mine.md") == "no line break\n\n## B\n");
}

namespace {

CrossCell cell(const std::string& kind, const std::string& train, const std::string& test, double uar,
               bool speaker_dependent = false) {
  const Spread over_folds = kind == "self" ? Spread{uar - 0.01, 0.02, 4} : Spread{uar, std::nan(""), 1};
  return {kind, train, test, Spread{uar, std::nan(""), 1}, over_folds, 10, 4, speaker_dependent, "run"};
}

CrossMatrix matrix_of(const std::string& normalisation, std::vector<CrossCell> cells) {
  CrossMatrix matrix{"set", "learner", normalisation, "4class", {"a", "b"}, {"a", "b"}, std::move(cells), {}};
  matrix.notes.push_back({Note::Kind::warning, "check", "beware of " + normalisation});
  return matrix;
}

using Row = std::vector<std::string>;

}  // namespace

TEST_CASE("The cross-corpus table has train corpora as rows and marks speaker-dependent cells", "[report]") {
  const CrossMatrix matrix = matrix_of(
      "train", {cell("self", "a", "a", 0.6, true), cell("cross", "b", "a", 0.4), cell("cross", "a", "b", 0.3)});
  const ReportGrid grid = cross_grid(matrix);
  CHECK(grid.header == Row{"train \\ test", "a", "b"});
  CHECK(grid.rows[0] == Row{"a", "60.0 speaker-dependent", "30.0"});
  CHECK(grid.rows[1] == Row{"b", "40.0", "-"});
  CHECK(grid.rows[2] == Row{"self, mean \u00B1 sd over folds", "59.0 \u00B1 2.0", "-"});
  CHECK(grid.rows[3] == Row{"gap: self minus cross, points", "+20.0 speaker-dependent", "-"});
  CHECK(grid.rows[4] == Row{"chance", "25.0", "25.0"});
  const auto json = nlohmann::json::parse(cross_json(std::span(&matrix, 1)));
  CHECK(json["matrices"][0]["gaps"][0]["self_minus_cross"].get<double>() == Approx(0.2));
  CHECK(json["matrices"][0]["gaps"][1]["self_minus_cross"].is_null());
  CHECK(json["matrices"][0]["cells"][0]["uar_over_folds"]["count"] == 4);
}

TEST_CASE("A speaker-dependent score beside the other has a row of its own", "[report]") {
  const CrossMatrix matrix = matrix_of(
      "train", {cell("self", "a", "a", 0.9, true), cell("self", "a", "a", 0.5), cell("cross", "b", "a", 0.4)});
  const ReportGrid grid = cross_grid(matrix);
  CHECK(grid.rows[0] == Row{"a", "50.0", "-"});
  CHECK(grid.rows[3] == Row{"self, speaker-dependent", "90.0 speaker-dependent", "-"});
  CHECK(grid.rows.back()[2] == "-");  // nothing was tested on b
  CHECK(grid.rows[4] == Row{"gap: self minus cross, points", "+10.0", "-"});
  const ReportGrid rows = cross_long_grid(std::span(&matrix, 1));
  CHECK(rows.rows[0][14] == "");
  CHECK(std::stod(rows.rows[1][14]) == Approx(0.1));
}

TEST_CASE("The overview has a table per test corpus and a row per way of doing it", "[report]") {
  const std::vector<CrossMatrix> matrices{
      matrix_of("per-corpus",
                {cell("self", "a", "a", 0.7), cell("cross", "b", "a", 0.5), cell("cross", "a", "b", 0.3)}),
      matrix_of("train", {cell("self", "a", "a", 0.6), cell("self", "a", "a", 0.9, true), cell("cross", "b", "a", 0.4),
                          cell("loco", "b + c", "a", 0.45)})};
  const std::vector<ReportGrid> grids = cross_overview(matrices);
  REQUIRE(grids.size() == 2);
  CHECK(grids[0].title == "UAR %, tested on a (10 utterances, chance 25.0); labels: 4class");
  CHECK(grids[0].header == Row{"features", "learner", "normalisation", "self", "self, mean \u00B1 sd over folds",
                               "self, speaker-dependent", "other corpora, mean", "all others", "self - other",
                               "self - all others"});
  CHECK(grids[0].rows[0] ==
        Row{"set", "learner", "per-corpus", "70.0", "69.0 \u00B1 2.0", "-", "50.0", "-", "+20.0", "-"});
  CHECK(grids[0].rows[1] ==
        Row{"set", "learner", "train", "60.0", "59.0 \u00B1 2.0", "90.0", "40.0", "45.0", "+20.0", "+15.0"});
  CHECK(grids[1].header == Row{"features", "learner", "normalisation", "other corpora, mean"});

  const std::string text = cross_text(matrices);
  CHECK(text.starts_with("UAR %, tested on a"));
  CHECK(text.find("tested on b") < text.find("train corpus x test corpus"));
  CHECK_THAT(text, Contains("warning: beware of train\n"));
  CHECK_THAT(results_markdown("H", matrices, {}, "c", "d"), Contains("| set | learner | train | 60.0 |"));
}

TEST_CASE("One matrix needs no overview, and a corpus by itself no matrix", "[report]") {
  const CrossMatrix crossing = matrix_of("train", {cell("self", "a", "a", 0.6), cell("cross", "b", "a", 0.4)});
  CHECK(cross_text(std::span(&crossing, 1)).starts_with("UAR %, train corpus x test corpus"));
  CrossMatrix alone = matrix_of("train", {cell("self", "a", "a", 0.6)});
  alone.tests = {"a"};
  const std::string text = cross_text(std::span(&alone, 1));
  CHECK(text.starts_with("UAR %, tested on a"));
  CHECK_THAT(text, !Contains("train corpus x test corpus"));
  CHECK_THAT(text, Contains("warning: set, learner, train: beware of train\n"));
}
