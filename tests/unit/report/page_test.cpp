#include <ser/base/file.h>
#include <ser/report/figure_files.h>
#include <ser/report/html_report.h>
#include <ser/report/report_figures.h>
#include <support/files.h>
#include <support/html.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

using namespace ser;
using Catch::Matchers::Contains;

namespace {

constexpr const char* hostile = "<img src=x onerror=alert(1)>\"'&../../x";

/// Speakers s0 to s7, the even ones female; every third utterance wrong.
PredictionTable table_of(std::size_t classes, const std::string& name = "") {
  PredictionTable table;
  for (std::size_t k = 0; k < classes; ++k) table.classes.push_back(name + "c" + std::to_string(k));
  table.further = {"speaker", "gender"};
  for (std::size_t i = 0; i < 8 * classes; ++i) {
    std::vector<double> p(classes, 0.4 / static_cast<double>(classes - 1));
    p[(i + (i % 3 == 0)) % classes] = 0.6;
    table.rows.push_back(
        {name + "u" + std::to_string(i), "test", std::to_string(i % 2), 0, table.classes[i % classes], p});
    const std::size_t speaker = i / classes;
    table.rows.back().further = {"s" + std::to_string(speaker), speaker % 2 == 0 ? "female" : "male"};
  }
  return table;
}

ReportData data_of(const PredictionTable& table, RunInfo run = {}, const std::string& name = "run") {
  const PredictionSource source{name, table, std::move(run)};
  return report_data(source, {}, evaluate(source.table, source.run, name), {}, {});
}

RunInfo two_tasks() {
  RunInfo run;
  run.folds = {{"0", "self", {"a"}, {"a"}, {}}, {"1", "cross", {"a"}, {hostile}, {}}};
  return run;
}

/// Of every page: well-formed, nothing outside, ids unique and found, a description and a table for each chart.
void check_page(const std::string& html) {
  CHECK(test::unbalanced(html) == "");
  for (const char* outside : {"http", "url(", "@import", "<script", "<link", "<img", "javascript"})
    CHECK_THAT(html, !Contains(outside));
  const std::vector<std::string> ids = test::values_of(html, "id");
  const std::set<std::string> unique(ids.begin(), ids.end());
  CHECK(unique.size() == ids.size());
  for (const std::string& address : test::values_of(html, "href")) CHECK(unique.contains(address.substr(1)));
  const std::size_t charts = test::count(html, "<svg");
  CHECK(test::count(html, "<figure>") == charts);
  CHECK(test::count(html, "<details><summary>Table</summary>") == charts);
  CHECK(test::count(html, "role=\"img\"") == charts);
  CHECK(test::count(html, "<desc") == charts);
  for (const char* nan : {"\"nan", ">nan", " nan"}) CHECK_THAT(html, !Contains(nan));
}

}  // namespace

TEST_CASE("Every chart of a page has a title, a description and a table", "[report]") {
  const ReportData data = data_of(table_of(4));
  const std::string html = html_report(data);
  check_page(html);
  for (const char* heading :
       {"Summary", "Notes", "Confusion matrix", "Recall and precision by class", "UAR by speaker", "UAR by gender",
        "Reliability", "Risk and coverage", "Worst errors", "Folds and seeds", "Provenance"})
    CHECK_THAT(html, Contains(heading));
  CHECK(html.find(">Summary</h2>") < html.find(">Notes</h2>"));
  CHECK(html.find(">Notes</h2>") < html.find("Confusion matrix</h2>"));
}

TEST_CASE("Intervals stand in the first lines of the page", "[report]") {
  const ReportData data = data_of(table_of(4));
  const std::string html = html_report(data);
  const Interval& interval = data.evaluation.tasks[0].figure("uar")->interval;
  const std::string text = percent(interval.low) + " to " + percent(interval.high);
  CHECK(html.find(text) < html.find(">Notes</h2>"));
}

TEST_CASE("Pages hold with many classes, several tasks, one fold, hostile names, decisions alone", "[report]") {
  check_page(html_report(data_of(table_of(32))));
  check_page(html_report(data_of(table_of(4, hostile), two_tasks(), hostile)));
  PredictionTable table = table_of(3);
  for (Prediction& row : table.rows) row.fold.clear(), row.further.clear();
  table.further.clear();
  check_page(html_report(data_of(table)));
  table.decisions_only = true;
  for (Prediction& row : table.rows)
    for (double& p : row.probabilities) p = p > 0.5;
  const std::string html = html_report(data_of(table));
  check_page(html);
  CHECK_THAT(html, !Contains("Reliability") && Contains("the first by id"));
}

TEST_CASE("Pages hold without classes, and with distributions", "[report]") {
  PredictionTable table;
  table.dimensions = {"arousal", "valence"};
  for (int i = 0; i < 20; ++i)
    table.rows.push_back({"u" + std::to_string(i),
                          "test",
                          "",
                          0,
                          "",
                          {},
                          {},
                          {i * 0.1, i == 3 ? std::nan("") : 1.0 * (i % 4)},
                          {i * 0.1 + (i == 7), 1.0 * (i % 3)},
                          {}});
  const std::string html = html_report(data_of(table));
  check_page(html);
  CHECK_THAT(html, Contains("Skill of each figure") && Contains("CCC arousal") && Contains("RMS error") &&
                       !Contains("Confusion"));

  PredictionTable shares = table_of(4);
  shares.distributions = true;
  for (Prediction& row : shares.rows) {
    row.label.clear();
    row.distribution.assign(4, 0.1);
    row.distribution[row.id.back() % 4] = 0.7;
  }
  const std::string page = html_report(data_of(shares));
  check_page(page);
  CHECK_THAT(page, Contains("Skill of each figure"));
}

TEST_CASE("The most confident errors come first, with players where there is sound", "[report]") {
  ReportData data = data_of(table_of(4));
  data.audio.of_id[error_ids(data).front()] = "data:audio/wav;base64,UklGRg==";
  const std::string html = html_report(data);
  check_page(html);
  CHECK(test::count(html, "<audio") == 1);
  CHECK_THAT(html, Contains("src=\"data:audio/wav;base64,UklGRg==\"") && Contains("licence of the corpus"));
}

TEST_CASE("Figures are written as SVG and as numbers", "[report]") {
  const test::TemporaryFolder folder;
  const std::vector<ReportFigure> figures = all_figures(data_of(table_of(3, hostile), two_tasks()));
  std::set<std::string> names;
  for (const ReportFigure& figure : figures) {
    CHECK(names.insert(figure.name).second);
    CHECK(figure.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos);
  }
  CHECK(names.contains("uar"));
  CHECK(names.contains("task-1-a-self-confusion"));
  const FigureFiles files = write_figures(figures, folder / "figures");
  CHECK(files.svg == figures.size());
  CHECK((files.png == figures.size()) == files.png_problem.empty());
  for (const ReportFigure& figure : figures) {
    CHECK(test::unbalanced(read_file(folder / ("figures/" + figure.name + ".svg")), "<svg") == "");
    CHECK(read_file(folder / ("figures/" + figure.name + ".tsv")) == grid_tsv(figure.table));
  }
}

TEST_CASE("Training curves are read line by line; what is no line of ours is skipped", "[report]") {
  const test::TemporaryFolder folder;
  write_file(folder / "fold_2/seed_0/metrics.jsonl",
             "{\"epoch\":1,\"step\":5,\"train\":{\"loss\":2.0},\"dev\":{\"loss\":1.5,\"uar\":0.25},\"best\":true}\n"
             "{\"epoch\":2,\"step\":10,\"train\":{\"loss\":null},\"dev\":{\"loss\":1.0,\"uar\":0.5},\"best\":true}\n"
             "[1]\nnonsense\n{\"epoch\":3,\"train\":{\"lo");
  write_file(folder / "fold_10/seed_0/metrics.jsonl", "{\"epoch\":1}\n");
  write_file(folder / "fold_11/seed_0/metrics.jsonl", "");
  const std::vector<TrainingCurve> curves = read_training_curves(folder.path());
  REQUIRE(curves.size() == 2);
  CHECK(curves[0].name == "fold 2, seed 0");
  CHECK(curves[1].name == "fold 10, seed 0");
  REQUIRE(curves[0].epochs.size() == 2);
  CHECK(curves[0].epochs[1].dev.at("uar") == 0.5);
  CHECK(!curves[0].epochs[1].train.contains("loss"));
  CHECK(curves[0].epochs[1].best);
  CHECK(dev_figure(curves) == "uar");
  CHECK(read_training_curves({}).empty());

  ReportData data = data_of(table_of(3));
  data.curves = curves;
  const std::string html = html_report(data);
  check_page(html);
  CHECK_THAT(html, Contains("Loss by epoch") && Contains("UAR on dev by epoch") && Contains("2 (best on dev)"));
}

TEST_CASE("Base64 is that of RFC 4648, addresses that of RFC 3986", "[report]") {
  CHECK(base64("") == "");
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
  CHECK(base64("foobar") == "Zm9vYmFy");
  CHECK(base64(std::string("\xFF\x00\xFE", 3)) == "/wD+");
  CHECK(percent_encoded("../a b/\"<\u00E9#.wav") == "../a%20b/%22%3C%C3%A9%23.wav");
}

TEST_CASE("Sound is embedded up to the limit, cut to the utterance, or linked beside the page", "[report]") {
  const test::TemporaryFolder folder;
  write_wav(folder / "audio/x y.wav", {std::vector<float>(16000, 0.25f), 16000, 16});
  Manifest manifest;
  manifest.source = folder / "audio";
  for (const char* id : {"a", "b", "gone"}) {
    Utterance& one = manifest.utterances.emplace_back();
    one.id = id, one.wav = std::string(id) == "gone" ? "gone.wav" : "x y.wav", one.start = 0.25, one.end = 0.5;
  }
  AudioOptions options;
  const std::span<const Manifest> manifests(&manifest, 1);
  const AudioSources all = audio_sources({"a", "b", "gone", "unknown"}, manifests, options, folder / "page/r.html");
  CHECK(all.of_id.size() == 2);
  CHECK(all.missing == 2);
  // 44 bytes of header and 4000 samples of two bytes.
  CHECK(all.of_id.at("a").size() == std::string("data:audio/wav;base64,").size() + (8044 + 2) / 3 * 4);
  CHECK(all.of_id.at("a").starts_with("data:audio/wav;base64,UklGRmQf"));
  options.audio_megabytes = 0.015;
  const AudioSources limited = audio_sources({"a", "b"}, manifests, options, folder / "r.html");
  CHECK(limited.of_id.size() == 1);
  CHECK(limited.left_out == 1);
  options.audio = "link";
  CHECK(audio_sources({"a"}, manifests, options, folder / "page/r.html").of_id.at("a") ==
        "../audio/x%20y.wav#t=0.25,0.5");
  options.audio = "none";
  CHECK(audio_sources({"a"}, manifests, options, folder / "r.html").of_id.empty());
}
