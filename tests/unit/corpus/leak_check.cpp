#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/corpus/leak_check.h>
#include <ser/corpus/protocol_file.h>
#include <unit/corpus/made_manifest.h>
#include <catch2/catch.hpp>

using namespace ser;
using Catch::Matchers::Contains;

namespace {

Protocol grouped(const std::vector<Manifest>& manifests) {
  ProtocolOptions options;
  options.dev = "none";
  return make_protocol(options, manifests, made::four_classes());
}

/// An utterance of the given part in the first fold, not `other`.
std::size_t one_of(const Protocol& protocol, Part part) { return protocol.folds[0].indices(part).front(); }

}  // namespace

TEST_CASE("a speaker moved by hand in the table of parts is found and named") {
  const std::vector<Manifest> manifests{made::balanced("a", 10, 2)};
  const made::Folder folder("leak");
  const Protocol made = grouped(manifests);
  CHECK(check_leaks(made, manifests).clean());
  write_protocol(made, folder.path / "p.yaml");
  std::vector<std::string> lines = split(read_file(folder.path / "p.tsv"), '\n');
  const std::size_t moved = one_of(made, Part::test);
  std::vector<std::string> fields = split(lines.at(moved + 1), '\t');
  REQUIRE(fields.at(4) == "test");
  fields[4] = "train";
  lines[moved + 1] = join(fields, "\t");
  write_file(folder.path / "p.tsv", join(lines, "\n"));

  const Protocol protocol = read_protocol(folder.path / "p.yaml", manifests);
  const LeakReport report = check_leaks(protocol, manifests);
  REQUIRE(report.groups.size() == 1);
  CHECK(report.groups[0].fold == "1");
  CHECK(report.groups[0].what == "a/" + made.utterances[moved].group);
  CHECK(report.groups[0].train == 1);
  CHECK(report.groups[0].test == 7);
  CHECK_THROWS_AS(require_no_leaks(protocol, report), DataError);
  CHECK_THROWS_WITH(require_no_leaks(protocol, report), Contains("speaker") && Contains(report.groups[0].what));
  Protocol declared = protocol;
  declared.options.speaker_dependent = true;
  CHECK_NOTHROW(require_no_leaks(declared, check_leaks(declared, manifests)));
}

TEST_CASE("the same stretch of a recording under two names must not be trained and tested on") {
  std::vector<Manifest> manifests{made::balanced("a", 10, 2)};
  const Protocol protocol = grouped(manifests);
  Utterance& train = manifests[0].utterances[one_of(protocol, Part::train)];
  Utterance& test = manifests[0].utterances[one_of(protocol, Part::test)];
  train.wav = test.wav = "dialog.wav";
  train.start = 1, train.end = 3;
  test.start = 2.5, test.end = 4.5;
  CHECK(check_leaks(protocol, manifests).clean());
  test.start = 1.9, test.end = 3.9;
  const LeakReport report = check_leaks(protocol, manifests);
  REQUIRE(report.segments.size() == 2);  // in the folds that test either of them
  CHECK(report.segments[0].what == train.id + " and " + test.id);
  CHECK_THROWS_WITH(require_no_leaks(protocol, report), Contains("the same audio file and time"));
  test.start = test.end = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(check_leaks(protocol, manifests).clean());
}

TEST_CASE("a mixed copy must not hold a clip of another part, nor a copy of one") {
  std::vector<Manifest> manifests{made::balanced("a", 10, 2)};
  const Protocol protocol = grouped(manifests);
  const std::vector<std::size_t> train = protocol.folds[0].indices(Part::train);
  std::vector<Utterance>& all = manifests[0].utterances;
  const std::string test = all[one_of(protocol, Part::test)].id;
  Utterance& copy = all[train[0]];
  copy.extra["augmented_from"] = "elsewhere";
  copy.extra["mixed_with"] = "elsewhere too";
  CHECK(check_leaks(protocol, manifests).clean());
  copy.extra["mixed_with"] = test;
  const LeakReport report = check_leaks(protocol, manifests);
  REQUIRE_FALSE(report.mixtures.empty());
  CHECK(report.mixtures[0].what == copy.id + " mixed with " + test);
  CHECK_THROWS_WITH(require_no_leaks(protocol, report), Contains("mixed copies hold clips of another part"));
  // The partner itself is not listed, but a copy of it is, in the test part.
  copy.extra["mixed_with"] = "unlisted";
  all[one_of(protocol, Part::test)].extra["augmented_from"] = "unlisted";
  CHECK_FALSE(check_leaks(protocol, manifests).mixtures.empty());
}

TEST_CASE("equal audio is a leak only across parts") {
  const std::vector<Manifest> manifests{made::balanced("a", 10, 2)};
  const Protocol protocol = grouped(manifests);
  const std::vector<std::size_t> train = protocol.folds[0].indices(Part::train);
  const std::string id = protocol.utterances[train[0]].id, beside = protocol.utterances[train[1]].id;
  const std::string test = protocol.utterances[one_of(protocol, Part::test)].id;
  const LeakReport inside = check_leaks(protocol, manifests, {{id, "x"}, {beside, "x"}, {test, "y"}});
  CHECK(inside.clean());
  CHECK(inside.equal_audio.size() == 1);
  CHECK_THAT(inside.text(), Contains("equal audio: none crosses parts\n  the same audio: "));
  const LeakReport report = check_leaks(protocol, manifests, {{id, "x"}, {beside, "y"}, {test, "x"}});
  REQUIRE_FALSE(report.clean());
  CHECK(report.duplicates_checked);
  CHECK_THAT(report.text(), Contains("equal audio: 1 cross parts"));
}

TEST_CASE("sessions that cross parts are shown but not refused") {
  std::vector<Manifest> manifests{made::balanced("a", 10, 2)};
  for (Utterance& u : manifests[0].utterances) u.session = "all";
  const Protocol protocol = grouped(manifests);
  const LeakReport report = check_leaks(protocol, manifests);
  CHECK(report.sessions.size() == 5);
  CHECK(report.clean());
}

TEST_CASE("a check without its input says so") {
  const std::vector<Manifest> manifests{made::balanced("a", 10, 2)};
  const std::string text = check_leaks(grouped(manifests), manifests).text();
  CHECK_THAT(text, Contains("session: not checked") && Contains("equal audio: not checked"));
  CHECK_THAT(text, Contains("speaker: none crosses parts"));
}
