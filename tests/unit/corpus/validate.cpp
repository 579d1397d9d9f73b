#include <ser/corpus/validate.h>

#include <catch2/catch.hpp>
#include <set>

#include "corpus_tree.h"

using namespace ser;
using Catch::Matchers::Contains;
using test::clip;

namespace {

/// A manifest in a temporary folder, with audio beside it.
struct MadeManifest {
  test::TemporaryFolder folder;
  Manifest manifest;

  MadeManifest() {
    manifest.corpus = "made";
    manifest.source = folder.path();
  }
  Utterance& add(const std::string& id, const Waveform& wave, const std::string& emotion = "anger") {
    write_wav(folder / (id + ".wav"), wave);
    return add_row(id, id + ".wav", emotion);
  }
  Utterance& add_row(const std::string& id, const std::string& wav, const std::string& emotion = "anger") {
    Utterance u;
    u.id = id;
    u.wav = wav;
    u.emotion = emotion;
    u.speaker = "s1";
    manifest.utterances.push_back(u);
    return manifest.utterances.back();
  }
  ValidateResult validate(const ValidateOptions& options = {}, int threads = 2) const {
    write_manifest(manifest, folder.path());
    return validate_manifest(folder.path(), options, threads, std::nullopt);
  }
};

/// "severity kind id" of every problem but notes.
std::set<std::string> found(const ValidateResult& result) {
  std::set<std::string> all;
  for (const Problem& p : result.problems)
    if (p.severity != Severity::note)
      all.insert((p.severity == Severity::error ? "error " : "warning ") + p.kind + " " + p.id);
  return all;
}

const Problem& problem(const ValidateResult& result, const std::string& kind) {
  for (const Problem& p : result.problems)
    if (p.kind == kind) return p;
  throw std::runtime_error("no problem " + kind);
}

using Found = std::set<std::string>;

}  // namespace

TEST_CASE("sound audio has no problems", "[corpus]") {
  MadeManifest made;
  made.add("a", clip("a"));
  made.add("b", clip("b"), "neutral");
  CHECK(found(made.validate()).empty());
}

TEST_CASE("audio that cannot be read is an error with its line", "[corpus]") {
  MadeManifest made;
  made.add("a", clip("a"));
  made.add_row("missing", "missing.wav");
  made.add_row("empty", "empty.wav");
  write_file(made.folder / "empty.wav", "");
  made.add_row("text", "text.wav");
  write_file(made.folder / "text.wav", "no audio at all");
  Waveform nan = clip("nan");
  nan.samples[7] = std::numeric_limits<float>::quiet_NaN();
  write_wav(made.folder / "nan.wav", nan, true);
  made.add_row("nan", "nan.wav");
  Utterance& beyond = made.add("beyond", clip("beyond"));
  beyond.start = 0.1;
  beyond.end = 2;
  const ValidateResult result = made.validate();
  CHECK(found(result) == Found{"error unreadable missing", "error unreadable empty", "error unreadable text",
                               "error unreadable nan", "error unreadable beyond"});
  CHECK(result.count(Severity::error) == 5);
  CHECK_THAT(format_problems(result), Contains("error\tunreadable\tmissing\tutterances.tsv:3\t"));
}

TEST_CASE("silent, clipped, short, long and oddly sampled clips", "[corpus]") {
  MadeManifest made;
  made.add("silent", {std::vector<float>(8000), 16000});
  made.add("silent_too", {std::vector<float>(8000), 16000});
  Waveform loud = clip("loud");
  for (int i = 0; i < 3; ++i) loud.samples[static_cast<std::size_t>(100 * i)] = i % 2 ? -1.0f : 1.0f;
  made.add("three_peaks", loud);
  loud.samples[400] = 1;
  made.add("four_peaks", loud);
  made.add("short", clip("short", 0.1));
  made.add("long", clip("long", 61));
  made.add("rate", clip("rate", 0.5, 41100));
  CHECK(found(made.validate()) == Found{"warning silent silent", "warning silent silent_too",
                                        "warning clipped four_peaks", "warning short short", "warning long long",
                                        "warning rate rate"});
}

TEST_CASE("the same audio twice: label and speaker are compared, any file format", "[corpus]") {
  MadeManifest made;
  made.add("a", clip("x"), "anger");
  made.add("b", clip("y"), "anger");
  made.add("c", clip("x"), "sadness").speaker = "s2";
  const ValidateResult result = made.validate();
  REQUIRE(found(result) == Found{"warning duplicate c"});
  CHECK_THAT(
      problem(result, "duplicate").message,
      Contains(
          "same audio as a under a DIFFERENT label and a DIFFERENT speaker (anger, speaker s1; sadness, speaker s2)"));
  ValidateOptions without;
  without.hash_audio = false;
  CHECK(found(made.validate(without)).empty());
}

TEST_CASE("parts of one file that overlap", "[corpus]") {
  MadeManifest made;
  write_wav(made.folder / "long.wav", clip("long", 4));
  const auto part = [&](const std::string& id, double start, double end) {
    Utterance& u = made.add_row(id, "long.wav");
    u.start = start;
    u.end = end;
  };
  part("a", 0, 3);
  part("b", 3, 4);
  part("c", 1, 2);
  const ValidateResult result = made.validate();
  CHECK(found(result) == Found{"warning overlap c"});
  CHECK_THAT(problem(result, "overlap").message, Contains("1.000 s") && Contains("with a"));
}

TEST_CASE("annotations: sums of distributions, missing speakers and emotions, two genders", "[corpus]") {
  MadeManifest made;
  made.add("a", clip("a")).distribution = {{"anger", 0.33}, {"neutral", 0.66}};
  made.add("b", clip("b")).distribution = {{"anger", 0.5}, {"neutral", 0.2}};
  made.add("c", clip("c"), "").gender = "male";
  made.add("d", clip("d")).gender = "female";
  made.add("e", clip("e")).speaker = "";
  const ValidateResult result = made.validate();
  CHECK(found(result) == Found{"warning distribution a", "error distribution b", "warning gender d",
                               "warning missing-speaker ", "warning missing-emotion "});
  CHECK_THAT(problem(result, "missing-speaker").message, Contains("1 of 5") && Contains("e"));
}

TEST_CASE("an edited manifest no longer has its checksum", "[corpus]") {
  MadeManifest made;
  made.add("a", clip("a"));
  write_manifest(made.manifest, made.folder.path());
  std::string rows = read_file(made.folder / "utterances.tsv");
  rows.replace(rows.find("anger"), 5, "joyed");
  write_file(made.folder / "utterances.tsv", rows);
  const ValidateResult result = validate_manifest(made.folder.path(), {}, 1, std::nullopt);
  CHECK(found(result) == Found{"warning checksum "});
}

TEST_CASE("the result does not depend on the number of threads", "[corpus]") {
  MadeManifest made;
  for (int i = 0; i < 20; ++i) made.add("u" + std::to_string(i), clip(std::to_string(i % 7)), i % 2 ? "anger" : "fear");
  CHECK(format_problems(made.validate({}, 1)) == format_problems(made.validate({}, 4)));
}

TEST_CASE("known defects are looked for by id or file name", "[corpus]") {
  CorpusDefinition definition;
  definition.name = "made";
  definition.defects = {{"silent", {"a"}},
                        {"duplicate", {"b", "c"}},
                        {"stereo", {"b"}},
                        {"overlap", {"b", "c"}},
                        {"duplicate", {"b", "gone"}}};
  MadeManifest made;
  made.add("a", {std::vector<float>(8000), 16000});
  made.add("b", clip("x"));
  made.add("c", clip("x"));
  for (Utterance& u : made.manifest.utterances) u.id = "p-" + u.id;
  write_manifest(made.manifest, made.folder.path());
  const ValidateResult result = validate_manifest(made.folder.path(), {}, 1, definition);
  CHECK(problem(result, "known-silent").message == "known defect of made: confirmed");
  CHECK(problem(result, "known-duplicate").message == "known defect of made with p-c: confirmed");
  CHECK(problem(result, "known-stereo").message == "known defect of made: not found in this copy");
  CHECK(problem(result, "known-overlap").message == "known defect of made with p-c: not measured here");
  CHECK(result.count(Severity::note) == 4);
}

TEST_CASE("validate finds the traps of the open corpora", "[corpus][corpora]") {
  const auto corpora = test::corpora();
  if (!corpora) {
    WARN("skipped: SER_CORPORA is not set");
    return;
  }
  const auto validate = [&](const std::string& corpus, const std::string& root) {
    const test::TemporaryFolder out;
    PrepareOptions options = test::CorpusTree().options(corpus);
    options.root = (*corpora / root).string();
    options.out = out.path().string();
    prepare_corpus(options);
    return validate_manifest(out.path(), {}, 2, load_corpus_definition(options.definition));
  };
  const ValidateResult crema = validate("crema-d", "CREMA-D");
  CHECK(crema.count(Severity::error) == 0);
  CHECK_THAT(format_problems(crema), Contains("the same audio as 1006_TIE_HAP_XX under a DIFFERENT label"));
  CHECK_THAT(format_problems(crema), Contains("the same audio as 1013_WSI_DIS_XX under a DIFFERENT label"));
  const Found ravdess = found(validate("ravdess", "RAVDESS"));
  CHECK(ravdess.contains("warning duplicate 03-01-03-01-02-02-07"));
  Found stereo;
  for (const std::string& line : found(validate("ravdess", "odd")))
    if (line.starts_with("warning stereo")) stereo.insert(line);
  CHECK(stereo.size() == 5);
  CHECK(found(validate("crema-d", "odd")) == Found{"warning silent 1076_MTI_SAD_XX"});
}
