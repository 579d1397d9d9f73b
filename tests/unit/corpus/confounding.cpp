#include <ser/corpus/confounding.h>
#include <ser/corpus/protocol.h>
#include <unit/corpus/made_manifest.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <regex>

using namespace ser;
using Catch::Matchers::Contains;

namespace {

/// URDU from its file names, S<M|F><speaker>_F<file>_<A|H|N|S><number>.
Manifest urdu(const std::filesystem::path& folder) {
  const std::regex name("S([MF]\\d+)_F\\d+_([AHNS])\\d+");
  const std::map<std::string, std::string> emotion{
      {"A", "anger"}, {"H", "happiness"}, {"N", "neutral"}, {"S", "sadness"}};
  Manifest manifest = made::empty("urdu");
  manifest.source = folder;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    std::smatch match;
    const std::string stem = entry.path().stem().string();
    if (!entry.is_regular_file() || !std::regex_match(stem, match, name)) continue;
    Utterance u;
    u.id = stem;
    u.wav = entry.path().lexically_relative(folder).string();
    u.speaker = match[1];
    u.emotion = emotion.at(match[2]);
    manifest.utterances.push_back(u);
  }
  return manifest;
}

}  // namespace

TEST_CASE("one speaker per emotion: the speaker tells all") {
  Manifest manifest = made::empty("a");
  for (const std::string& emotion : made::emotions) made::add(manifest, "speaker of " + emotion, emotion, 10);
  const ConfoundingReport report = confounding(manifest, made::four_classes(), "speaker");
  CHECK(report.single_class_groups == 4);
  CHECK(report.normalized_mutual_information == Approx(1));
  CHECK(report.group_only_uar == 1);
  CHECK(report.group_only_accuracy == 1);
  CHECK(report.largest[2].group == "speaker of neutral");
  CHECK(report.largest[2].utterances == 10);
}

TEST_CASE("balanced speakers tell nothing") {
  const ConfoundingReport report = confounding(made::balanced("a", 10, 5), made::four_classes(), "speaker");
  CHECK(report.single_class_groups == 0);
  CHECK(report.normalized_mutual_information == Approx(0).margin(1e-12));
  CHECK(report.group_only_uar <= 0.25);
}

TEST_CASE("mutual information and the speaker-only guess of a case worked by hand") {
  Manifest manifest = made::empty("a");
  made::add(manifest, "x", "anger", 3);
  made::add(manifest, "x", "sadness", 1);
  made::add(manifest, "y", "sadness", 4);
  const ConfoundingReport report = confounding(manifest, made::four_classes(), "speaker");
  const double entropy = -(3. / 8 * std::log(3. / 8) + 5. / 8 * std::log(5. / 8));
  const double given_speaker = -0.5 * (0.75 * std::log(0.75) + 0.25 * std::log(0.25));
  CHECK(report.normalized_mutual_information == Approx((entropy - given_speaker) / entropy));
  CHECK(report.group_only_accuracy == Approx(7. / 8));
  CHECK(report.group_only_uar == Approx((1 + 4. / 5) / 2));
}

TEST_CASE("a speaker heard once is guessed from the rest of the corpus") {
  Manifest manifest = made::empty("a");
  made::add(manifest, "x", "anger", 5);
  made::add(manifest, "y", "sadness", 1);
  CHECK(confounding(manifest, made::four_classes(), "speaker").group_only_accuracy == Approx(5. / 6));
}

TEST_CASE("utterances without speaker are left out and counted") {
  Manifest manifest = made::balanced("a", 2, 2);
  manifest.utterances[0].speaker = "";
  const ConfoundingReport report = confounding(manifest, made::four_classes(), "speaker");
  CHECK(report.unknown == 1);
  CHECK(report.utterances == 15);
  for (Utterance& u : manifest.utterances) u.speaker = "";
  CHECK_THAT(confounding(manifest, made::four_classes(), "speaker").text(), Contains("not checked"));
}

TEST_CASE("URDU: 26 of 29 speakers have one emotion, M5 has 72 of 100 neutral utterances, four folds at most",
          "[corpus][corpora]") {
  const char* corpora = std::getenv("SER_CORPORA");
  if (!corpora) {
    WARN("skipped: SER_CORPORA is not set");
    return;
  }
  const Manifest manifest = urdu(std::filesystem::path(corpora) / "URDU");
  REQUIRE(manifest.utterances.size() == 400);
  const ConfoundingReport report = confounding(manifest, made::four_classes(), "speaker");
  CHECK(report.groups == 29);
  CHECK(report.single_class_groups == 26);
  CHECK(report.largest[2].group == "M5");
  CHECK(report.largest[2].utterances == 72);
  CHECK(report.largest[2].total == 100);
  CHECK(report.group_only_uar > 0.9);

  const Protocol protocol = make_protocol({}, std::span(&manifest, 1), made::four_classes());
  CHECK(protocol.folds.size() == 4);
  CHECK_THAT(protocol.notes.at(0), Contains("4 folds instead of 5, because class 'anger' occurs with 4"));
}
