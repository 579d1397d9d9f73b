#include <ser/base/error.h>
#include <ser/corpus/annotations.h>
#include <ser/corpus/definition.h>

#include <catch2/catch.hpp>

#include "support/files.h"

using namespace ser;
using Catch::Matchers::Contains;

namespace {

/// The error of loading this text as a definition.
std::string error_of(const std::string& text) {
  const test::TemporaryFolder folder;
  write_file(folder / "labels.yaml", "labels: [anger, neutral]\n");
  write_file(folder / "c.yaml", text);
  try {
    load_corpus_definition(folder / "c.yaml");
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

const std::string head = "name: c\ntitle: C\nlicence: none\n";

}  // namespace

TEST_CASE("every shipped definition loads and its labels are canonical", "[corpus]") {
  const auto folder = std::filesystem::path(SER_SOURCE_DIR) / "corpora";
  std::size_t loaded = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml" || entry.path().stem() == "labels") continue;
    CAPTURE(entry.path().string());
    const CorpusDefinition definition = load_corpus_definition(entry.path());
    CHECK(definition.name == entry.path().stem().string());
    CHECK_FALSE(definition.licence.empty());
    CHECK_FALSE(definition.canonical_labels().empty());
    if (definition.name != "list") CHECK_FALSE(definition.layout.empty());
    ++loaded;
  }
  CHECK(loaded == 12);
}

TEST_CASE("the split of CREMA-D has 56, 18 and 17 actors, and RAVDESS' folds cover all 24", "[corpus]") {
  const auto rule = [](const std::string& corpus, const std::string& column) {
    const auto definition =
        load_corpus_definition(std::filesystem::path(SER_SOURCE_DIR) / "corpora" / (corpus + ".yaml"));
    for (const ColumnRule& one : definition.columns)
      if (one.column == column) return one;
    throw std::runtime_error("no column " + column);
  };
  std::map<std::string, int> actors;
  for (const auto& [actor, part] : rule("crema-d", "split").values) ++actors[part];
  CHECK(actors == std::map<std::string, int>{{"train", 56}, {"dev", 18}, {"test", 17}});
  std::map<std::string, int> folds;
  for (const auto& [actor, fold] : rule("ravdess", "fold").values) ++folds[fold];
  CHECK(folds == std::map<std::string, int>{{"1", 4}, {"2", 4}, {"3", 4}, {"4", 4}, {"5", 4}, {"6", 4}});
}

TEST_CASE("a mistake in a definition is named with line and column", "[corpus]") {
  CHECK(error_of(head + "labells: {a: anger}\n").find("c.yaml:4:1: unknown key 'labells', did you mean 'labels'?") !=
        std::string::npos);
  CHECK_THAT(error_of(head + "labels: {a: angr}\n"),
             Contains("c.yaml:4:13: 'angr' is no canonical label") && Contains("anger"));
  CHECK_THAT(error_of(head + "audio: {pattern: '(?<a>x)'}\ncolumns:\n  speaker: '{b}'\n"),
             Contains("c.yaml:6:12: unknown variable 'b'"));
  CHECK_THAT(error_of(head + "audio: {pattern: '(?<a>x'}\n"),
             Contains("c.yaml:4:18: ") && Contains("regular expression"));
  CHECK_THAT(error_of(head + "audio: {pattern: x, ext: wav}\n"), Contains("c.yaml:4:21: unknown key 'ext'"));
  CHECK_THAT(error_of(head + "annotations:\n  - {name: a, format: tabl, file: x.csv, key: k}\n"),
             Contains("c.yaml:5:23: unknown annotation format 'tabl', did you mean 'table'?"));
  CHECK_THAT(error_of(head + "annotations:\n  - {name: a, format: table, file: x.csv}\n"),
             Contains("c.yaml:5:5") && Contains("key"));
  CHECK_THAT(error_of(head + "labels_from: {x: {distribution: a.raters}}\n"),
             Contains("unknown distribution 'a.raters'"));
  CHECK_THAT(error_of(head + "columns: {emotion: x}\n"), Contains("labels_from"));
  CHECK_THAT(error_of(head + "defects: [{kind: odd, ids: [a]}]\n"), Contains("unknown kind of defect"));
  CHECK_THAT(error_of(head + "expected: {utterances: many}\n"),
             Contains("c.yaml:4:24: 'utterances' must be a whole number"));
  CHECK_THAT(error_of("name: c\ntitle: C\n"), Contains("the key 'licence' is missing"));
  CHECK_THAT(error_of("name: [\n"), Contains("c.yaml:"));
}

TEST_CASE("a column is the first template that is filled, then its map or parity", "[corpus]") {
  const VariableLookup values = [](std::string_view name) -> std::string {
    return name == "actor" ? "07" : name == "code" ? "HI" : "";
  };
  ColumnRule rule{"x",    {NameTemplate("{missing}-{actor}", "t"), NameTemplate("a{actor}{{}}", "t")}, {}, "", "",
                  "t:1:1"};
  CHECK(rule.apply(values, "f.wav") == "a07{}");
  rule = {"gender", {NameTemplate("{actor}", "t")}, {}, "male", "female", "t:1:1"};
  CHECK(rule.apply(values, "f.wav") == "male");
  rule = {"level", {NameTemplate("{code}", "t")}, {{"LO", "low"}}, "", "", "t:1:1"};
  CHECK_THROWS_WITH(rule.apply(values, "f.wav"), Contains("f.wav") && Contains("'HI'") && Contains("t:1:1"));
  rule.values["*"] = "*";
  CHECK(rule.apply(values, "f.wav") == "HI");
  CHECK_THROWS_AS(NameTemplate("{actor", "t"), UsageError);
}
