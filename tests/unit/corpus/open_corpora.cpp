// Corpora whose file names say everything, as tiny trees and, where SER_CORPORA is set, as they are.
#include <ser/corpus/annotations.h>
#include <ser/corpus/definition.h>

#include <catch2/catch.hpp>
#include <set>

#include "corpus_tree.h"

using namespace ser;
using Catch::Matchers::Contains;
using test::CorpusTree;
using test::utterance;

namespace {

std::map<std::string, int> count_emotions(const PrepareResult& result) {
  std::map<std::string, int> counts;
  for (const Utterance& u : result.manifest.utterances) ++counts[u.emotion];
  return counts;
}

std::size_t count_speakers(const PrepareResult& result) {
  std::set<std::string> speakers;
  for (const Utterance& u : result.manifest.utterances) speakers.insert(u.speaker);
  return speakers.size();
}

}  // namespace

TEST_CASE("RAVDESS: the seven numbers of a name, in any folder", "[corpus]") {
  CorpusTree tree;
  tree.audio("audio/Audio_Speech_Actors_01-24/Actor_07/03-01-05-02-02-01-07.wav");
  tree.audio("Actor_02/03-01-01-01-01-01-02.wav");
  tree.audio("Actor_02/03-01-01-02-01-01-02.wav");  // neutral has no strong intensity
  tree.audio("Actor_02/03-02-03-01-01-01-02.wav");  // a song
  tree.audio("copy/Actor_02/03-01-01-01-01-01-02.wav");
  tree.text("Actor_02/._03-01-01-01-01-01-02.wav", "resource fork");
  const PrepareResult result = tree.prepare("ravdess");
  REQUIRE(result.manifest.utterances.size() == 2);
  const Utterance& u = utterance(result, "03-01-05-02-02-01-07");
  CHECK(u.emotion == "anger");
  CHECK(u.speaker == "07");
  CHECK(u.gender == "male");
  CHECK(u.intensity == "strong");
  CHECK(u.text == "Dogs are sitting by the door");
  CHECK(result.manifest.column(u, "fold") == "4");
  CHECK(utterance(result, "03-01-01-01-01-01-02").gender == "female");
  CHECK(result.left_out.count("songs") == 1);
  CHECK(result.left_out.count("audio files whose name does not follow the grammar") == 1);
  CHECK(result.left_out.count("audio files whose id was there already in another folder or format") == 1);
  CHECK(result.differences.front().expected == 1440);
}

TEST_CASE("SAVEE: two-letter codes first, both layouts", "[corpus]") {
  CorpusTree tree;
  tree.audio("AudioData/DC/sa01.wav");
  tree.audio("AudioData/JE/a02.wav");
  tree.audio("ALL/KL_su15.wav");
  tree.audio("ALL/DC_sa01.wav");
  const PrepareResult result = tree.prepare("savee");
  REQUIRE(result.manifest.utterances.size() == 3);
  CHECK(utterance(result, "DC_sa01").emotion == "sadness");
  CHECK(utterance(result, "JE_a02").emotion == "anger");
  CHECK(utterance(result, "KL_su15").emotion == "surprise");
  CHECK(utterance(result, "KL_su15").speaker == "KL");
}

TEST_CASE("EmoDB, URDU and UrduSER names", "[corpus]") {
  CorpusTree tree;
  tree.audio("wav/03a01Fa.wav");
  tree.audio("Angry/SF10_F1_A0100.WAV");
  tree.audio("Boredom/10_1_3_07.wav");
  const PrepareResult emodb = tree.prepare("emodb");
  CHECK(utterance(emodb, "03a01Fa").emotion == "happiness");
  CHECK(utterance(emodb, "03a01Fa").gender == "male");
  CHECK(emodb.left_out.count("audio files whose name does not follow the grammar") == 2);
  const PrepareResult urdu = tree.prepare("urdu");
  CHECK(utterance(urdu, "SF10_F1_A0100").speaker == "F10");
  CHECK(utterance(urdu, "SF10_F1_A0100").emotion == "anger");
  const PrepareResult urduser = tree.prepare("urduser");
  CHECK(utterance(urduser, "10_1_3_07").emotion == "boredom");
  CHECK(utterance(urduser, "10_1_3_07").gender == "female");
}

TEST_CASE("SEMOUR: the emotion is the folder, the speaker comes from a mapping or a pattern", "[corpus]") {
  CorpusTree tree;
  tree.audio("Anger/SM3_x.wav");
  tree.audio("Sadness/SM4_x.wav");
  PrepareOptions options = tree.options("semour");
  options.speaker_pattern = R"((?<speaker>S[MF]\d+)_)";
  CHECK(utterance(prepare_corpus(options), "Anger_SM3_x").speaker == "SM3");
  options.speaker_pattern = "nothing_named";
  CHECK_THROWS_AS(prepare_corpus(options), UsageError);
  tree.text("mapping.csv", "path,label,speaker,gender\nAnger/SM3_x.wav,Boredom,spk1,M\nSadness/SM4_x.wav,,spk2,F\n");
  const PrepareResult result = tree.prepare("semour");
  CHECK(utterance(result, "Anger_SM3_x").emotion == "boredom");
  CHECK(utterance(result, "Anger_SM3_x").gender == "male");
  CHECK(utterance(result, "Sadness_SM4_x").emotion == "sadness");
  CHECK(utterance(result, "Sadness_SM4_x").speaker == "spk2");
}

TEST_CASE("a wrong root says which layout was expected", "[corpus]") {
  CorpusTree tree;
  tree.audio("Actor_01/03-01-01-01-01-01-01.wav");
  CHECK_THAT(tree.error("crema-d"), Contains("AudioWAV/1001_IEO_ANG_HI.wav") && Contains("1 of them .wav"));
  PrepareOptions options = tree.options("ravdess");
  options.root = (tree.folder / "nowhere").string();
  CHECK_THROWS_AS(prepare_corpus(options), DataError);
  options = tree.options("ravdess");
  options.labels_from = "voice";
  CHECK_THROWS_WITH(prepare_corpus(options), Contains("it has: acted"));
}

TEST_CASE("prepare writes the same bytes again, with the prefix before every id", "[corpus]") {
  CorpusTree tree;
  tree.audio("B/03-01-05-02-02-01-07.wav");
  tree.audio("A/03-01-05-02-02-01-08.flac");
  tree.audio("C/03-01-02-01-01-01-03.wav");
  const test::TemporaryFolder out;
  PrepareOptions options = tree.options("ravdess");
  options.id_prefix = "rav-";
  options.out = (out / "m").string();
  prepare_corpus(options);
  const std::string first = read_file(out / "m/utterances.tsv");
  prepare_corpus(options);
  CHECK(read_file(out / "m/utterances.tsv") == first);
  const Manifest manifest = read_manifest(out / "m");
  REQUIRE(manifest.utterances.size() == 3);
  CHECK(manifest.utterances[0].id == "rav-03-01-02-01-01-01-03");
  CHECK(manifest.utterances[0].emotion == "calm");
  CHECK(std::filesystem::exists(manifest.audio_path(manifest.utterances[0])));
}

TEST_CASE("the open corpora as they are", "[corpus][corpora]") {
  const auto corpora = test::corpora();
  if (!corpora) {
    WARN("skipped: SER_CORPORA is not set");
    return;
  }
  const auto prepare = [&](const std::string& corpus, const std::string& folder, const std::string& labels_from = "") {
    PrepareOptions options = CorpusTree().options(corpus);
    options.root = (*corpora / folder).string();
    options.labels_from = labels_from;
    return prepare_corpus(options);
  };
  const PrepareResult urdu = prepare("urdu", "URDU");
  CHECK(count_emotions(urdu) ==
        std::map<std::string, int>{{"anger", 100}, {"happiness", 100}, {"neutral", 100}, {"sadness", 100}});
  CHECK(count_speakers(urdu) == 29);
  CHECK(urdu.differences.empty());
  CHECK(urdu.left_out.all().empty());

  const PrepareResult ravdess = prepare("ravdess", "RAVDESS");
  CHECK(ravdess.manifest.utterances.size() == 720);
  CHECK(count_speakers(ravdess) == 12);
  CHECK(count_emotions(ravdess)["neutral"] == 48);
  CHECK(prepare("emodb", "EmoDB").manifest.utterances.size() == 7);

  const PrepareResult crema = prepare("crema-d", "CREMA-D");
  CHECK(crema.manifest.utterances.size() == 1709);
  CHECK(count_speakers(crema) == 21);
  CHECK(utterance(crema, "1001_IEO_ANG_MD").age == "51");
  const PrepareResult voice = prepare("crema-d", "CREMA-D", "voice");
  CHECK(utterance(voice, "1001_IEO_ANG_MD").emotion == "no-agreement");
  CHECK(utterance(voice, "1001_IEO_HAP_LO").emotion == "neutral");
}

TEST_CASE("CREMA-D's complete table of votes: 3897 neutral voices, 41.6 % of clips heard as meant",
          "[corpus][corpora]") {
  const auto corpora = test::corpora();
  if (!corpora) {
    WARN("skipped: SER_CORPORA is not set");
    return;
  }
  AnnotationDefinition definition;
  definition.format = "crema-d-votes";
  const AnnotationTable table =
      read_annotations(definition, {*corpora / "CREMA-D/processedResults/tabulatedVotes.csv"});
  REQUIRE(table.entries.size() == 7442);
  std::size_t neutral = 0, meant = 0;
  for (const auto& [clip, entry] : table.entries) {
    neutral += entry.values[0] == "N";
    meant += entry.values[0] == clip.substr(9, 1);
  }
  CHECK(neutral == 3897);
  CHECK(static_cast<double>(meant) / 7442 == Approx(0.416).margin(0.0005));
}
