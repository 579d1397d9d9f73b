// Corpora with annotation files, as tiny trees in the official layouts; all annotations are made up.
#include <ser/corpus/definition.h>

#include <catch2/catch.hpp>

#include "corpus_tree.h"

using namespace ser;
using Catch::Matchers::Contains;
using test::CorpusTree;
using test::utterance;

namespace {

const std::string iemocap_head = "% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]\n\n";

struct IemocapTree : CorpusTree {
  explicit IemocapTree(const std::string& evaluation) {
    audio("Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01_F000.wav");
    audio("Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01_M000.wav");
    audio("Session1/dialog/wav/Ses01F_impro01.wav");
    text("Session1/dialog/EmoEvaluation/Ses01F_impro01.txt", iemocap_head + evaluation);
    text("Session1/dialog/EmoEvaluation/._Ses01F_impro01.txt", "not text");
    text("Session1/dialog/EmoEvaluation/Categorical/Ses01F_impro01_e1_cat.txt", "other notation");
    text("Session1/dialog/transcriptions/Ses01F_impro01.txt",
         "Ses01F_impro01_F000 [001.5000-003.2500]: Some words: here.\nF: (laughs)\n"
         "Ses01F_impro01_FXX0 [003.2500-003.5000]: Who was it.\n");
  }
};

const std::string iemocap_turns =
    "[1.5000 - 3.2500]\tSes01F_impro01_F000\texc\t[2.5000, 3.0000, 2.0000]\n"
    "C-E1:\tAnger; Frustration;\t(comment)\nC-E2:\tExcited;\t()\nC-F1:\tSadness;\t()\n"
    "A-E1:\tval 2; act 4; dom  4;\t()\nA-E2:\tval 2; act 4; dom  ;\t()\n\n"
    "[3.2500 - 4.0000]\tSes01F_impro01_M000\txxx\t[2.0000, 2.0000, 2.0000]\n\n"
    "[4.2500 - 5.0000]\tSes01F_impro01_MXX1\tneu\t[2.0000, 2.0000, 2.0000]\n";

}  // namespace

TEST_CASE("IEMOCAP: consensus, raters, dimensions, words, and the speaker of the last field", "[corpus]") {
  const PrepareResult result = IemocapTree(iemocap_turns).prepare("iemocap");
  REQUIRE(result.manifest.utterances.size() == 2);
  const Utterance& u = utterance(result, "Ses01F_impro01_F000");
  CHECK(u.emotion == "excitement");
  CHECK(u.speaker == "Ses01F");
  CHECK(u.session == "1");
  CHECK(u.text == "Some words: here.");
  CHECK(u.valence == 2.5);
  CHECK(u.arousal == 3);
  CHECK(u.dominance == 2);
  CHECK(format_distribution(u.distribution) == "anger:0.25 excitement:0.5 frustration:0.25");
  const Utterance& other = utterance(result, "Ses01F_impro01_M000");
  CHECK(other.speaker == "Ses01M");
  CHECK(other.gender == "male");
  CHECK(other.emotion == "no-agreement");
  CHECK(other.distribution.empty());
  CHECK(result.left_out.count("recordings of whole dialogues") == 1);
  CHECK(result.left_out.count("audio files without an entry in transcription") == 1);
  CHECK(result.notes ==
        std::vector<std::string>{"1 resource files '._*' passed over",
                                 "evaluation: 1 turns of no known speaker (XX) left out",
                                 "transcription: 2 lines that are no turn of a known speaker left out"});
}

TEST_CASE("IEMOCAP: malformed lines are named with file and line", "[corpus]") {
  const std::string file = "EmoEvaluation/Ses01F_impro01.txt:";
  CHECK_THAT(IemocapTree("[1.5 - x]\tSes01F_impro01_F000\tneu\t[2, 3, 2]\n").error("iemocap"), Contains(file + "3: "));
  CHECK_THAT(IemocapTree("[1.5 - 2]\tSes01F_impro01_F000\tneu\t[2, 3]\n").error("iemocap"), Contains(file + "3: "));
  CHECK_THAT(IemocapTree("[1.5 - 2]\tSes01F_impro01_F000\tnue\t[2, 3, 2]\n").error("iemocap"),
             Contains(file + "3: ") && Contains("'nue'"));
  CHECK_THAT(IemocapTree("what is this\n").error("iemocap"), Contains(file + "3: "));
  CHECK_THAT(IemocapTree(iemocap_turns + iemocap_turns).error("iemocap"),
             Contains(file + "13: ") && Contains(file + "3"));
}

TEST_CASE("IEMOCAP: raters' unknown words are counted and leave a distribution that sums to one", "[corpus]") {
  const PrepareResult result = IemocapTree(
                                   "[1.5 - 2]\tSes01F_impro01_F000\tneu\t[2, 3, 2]\n"
                                   "C-E1:\tNeutral state;\t()\nC-E2:\tPuzzled;\t()\n")
                                   .prepare("iemocap");
  CHECK(format_distribution(utterance(result, "Ses01F_impro01_F000").distribution) == "neutral:1");
  CHECK(result.left_out.count("raters' words without a canonical label, left out of the distributions") == 1);
}

namespace {

struct ImprovTree : CorpusTree {
  explicit ImprovTree(const std::string& evaluation, const std::string& name = "Evalution.txt") {
    audio("session1/S01A/P/MSP-IMPROV-S01A-F01-P-FM01.wav");
    audio("session1/S01A/T/MSP-IMPROV-S01A-M01-T-FM02.wav");
    text(name, evaluation);
  }
};

}  // namespace

TEST_CASE("MSP-IMPROV: consensus and rater lines, under either name of the file", "[corpus]") {
  for (const char* name : {"Evaluation.txt", "Evalution.txt"}) {
    const PrepareResult result =
        ImprovTree(
            "UTD-IMPROV-S01A-F01-P-FM01.avi; N; A:2.500000; V:3.000000; D:2.750000 ; N:3.500000;\n"
            "rater_12; Neutral; Neutral,Bored; A:3.000000; V:3.000000; D:3.000000; N:4.000000;\n"
            "rater_12; Neutral; ; A:3.000000; V:3.000000; D:3.000000; N:4.000000;\n"
            "rater_13; Sad; Sad; A:2.000000; V:3.000000; D:NaN; N:4.000000;\n\n"
            "UTD-IMPROV-S01A-M01-T-FM02.avi; X; A:2.0; V:3.0; D:NaN ; N:NaN;\n"
            "rater_1; Other; Other; A:3.000000; V:3.000000; D:3.000000; N:4.000000;\n",
            name)
            .prepare("msp-improv");
    const Utterance& u = utterance(result, "MSP-IMPROV-S01A-F01-P-FM01");
    CHECK(u.emotion == "neutral");
    CHECK(u.speaker == "F01");
    CHECK(u.session == "1");
    CHECK(u.dominance == 2.75);
    CHECK(result.manifest.column(u, "naturalness") == "3.500000");
    CHECK(result.manifest.column(u, "target_emotion") == "anger");
    CHECK(u.distribution == Distribution{{"sadness", 1.0 / 3}, {"neutral", 2.0 / 3}});
    const Utterance& other = utterance(result, "MSP-IMPROV-S01A-M01-T-FM02");
    CHECK(other.emotion == "no-agreement");
    CHECK(std::isnan(other.dominance));
    CHECK(result.manifest.column(other, "style") == "improvised-target");
  }
}

TEST_CASE("MSP-IMPROV: malformed lines are named with file and line", "[corpus]") {
  const std::string good = "UTD-IMPROV-S01A-F01-P-FM01.avi; N; A:2.5; V:3.0; D:2.75 ; N:3.5;\n";
  CHECK_THAT(ImprovTree("UTD-IMPROV-S01A-F01-P-FM01.avi; N; A:2.5; V:3.0;\n").error("msp-improv"),
             Contains("Evalution.txt:1: "));
  CHECK_THAT(ImprovTree(good + "rater_1; Sad\n").error("msp-improv"), Contains("Evalution.txt:2: "));
  CHECK_THAT(ImprovTree("rater_1; Sad; Sad; A:1; V:1; D:1; N:1;\n").error("msp-improv"), Contains("Evalution.txt:1: "));
  CHECK_THAT(ImprovTree("UTD-IMPROV-S01A-F01-P-FM01.avi; N; V:2.5; A:3.0; D:2.75 ; N:3.5;\n").error("msp-improv"),
             Contains("Evalution.txt:1: ") && Contains("A:number"));
  CHECK_THAT(ImprovTree(good, "Ratings.txt").error("msp-improv"), Contains("Evaluation.txt or Evalution.txt"));
}

namespace {

const std::string podcast_csv =
    "FileName,EmoClass,EmoAct,EmoVal,EmoDom,SpkrID,Gender,Split_Set\n"
    "MSP-PODCAST_9999_0001.wav,H,4.8,5.2,4.0,12,Female,Train\n"
    "MSP-PODCAST_9999_0002_0001.wav,X,3,4,5,Unknown,Male,Validation\n"
    "MSP-PODCAST_9999_0003.wav,C,3,4,5,7,Male,Test1\n";

struct PodcastTree : CorpusTree {
  PodcastTree() {
    audio("Audios/MSP-PODCAST_9999_0001.wav");
    audio("Audios/MSP-PODCAST_9999_0002_0001.wav");
    text("Transcripts/MSP-PODCAST_9999_0001.txt", "Two\nlines \n");
  }
  void check(bool with_speakers = true) const {
    const PrepareResult result = prepare("msp-podcast");
    REQUIRE(result.manifest.utterances.size() == 2);
    const Utterance& u = utterance(result, "MSP-PODCAST_9999_0001");
    CHECK(u.emotion == "happiness");
    CHECK(u.arousal == 4.8);
    CHECK(u.valence == 5.2);
    CHECK(u.dominance == 4);
    CHECK(u.text == "Two lines");
    CHECK(utterance(result, "MSP-PODCAST_9999_0002_0001").emotion == "no-agreement");
    if (!with_speakers) return;
    CHECK(u.speaker == "12");
    CHECK(u.gender == "female");
    CHECK(u.split == "train");
    CHECK(utterance(result, "MSP-PODCAST_9999_0002_0001").speaker.empty());
    CHECK(utterance(result, "MSP-PODCAST_9999_0002_0001").split == "dev");
    CHECK(result.left_out.count("entries in consensus without audio") == 1);
  }
  std::string raters_of_first() const {
    return format_distribution(utterance(prepare("msp-podcast"), "MSP-PODCAST_9999_0001").distribution);
  }
};

}  // namespace

TEST_CASE("MSP-Podcast: consensus in each of its notations", "[corpus]") {
  PodcastTree tree;
  SECTION("csv, columns by name") {
    tree.text("Labels/labels_consensus.csv", podcast_csv);
    tree.check();
  }
  SECTION("the old spelling") {
    tree.text("Labels/labels_concensus.csv", podcast_csv);
    tree.check();
  }
  SECTION("json") {
    tree.text(
        "Labels/labels_consensus.json",
        R"({"MSP-PODCAST_9999_0001.wav": {"EmoClass": "H", "EmoAct": 4.8, "EmoVal": 5.2, "EmoDom": 4.0, "SpkrID": 12,
                  "Gender": "Female", "Split_Set": "Train"},
                  "MSP-PODCAST_9999_0002_0001.wav": {"EmoClass": "X", "EmoAct": 3, "EmoVal": 4, "EmoDom": 5,
                  "SpkrID": "Unknown", "Gender": "Male", "Split_Set": "Development"},
                  "MSP-PODCAST_9999_0003.wav": {"EmoClass": "C"}})");
    tree.check();
  }
  SECTION("labels.txt, which has no speakers but raters") {
    tree.text("Labels/labels.txt",
              "MSP-PODCAST_9999_0001.wav; H; A:4.8; V:5.2; D:4.0;\n"
              "WORKER00000001; Happy; Happy,Surprise; A:3.000000; V:4.000000; D:4.000000;\n"
              "WORKER00000002; Other-amused; Happy; A:3.000000; V:4.000000; D:4.000000;\n\n"
              "MSP-PODCAST_9999_0002_0001.wav; X; A:3; V:4; D:5;\n");
    tree.check(false);
    CHECK(tree.raters_of_first() == "happiness:0.5 other:0.5");
  }
}

TEST_CASE("MSP-Podcast: raters in each of their notations", "[corpus]") {
  PodcastTree tree;
  tree.text("Labels/labels_consensus.csv", podcast_csv);
  SECTION("older csv") {
    tree.text(
        "Labels/labels_detailed.csv",
        "FileName,Workers,EmoClass_Major,EmoClass_Second,EmoAct,EmoVal,EmoDom\n"
        "MSP-PODCAST_9999_0001.wav,W1,Happy,\"Happy,Surprise\",4,4,4\nMSP-PODCAST_9999_0001.wav,W2,Angry,,4,4,4\n");
  }
  SECTION("newer csv") {
    tree.text("Labels/labels_detailed.csv",
              "FileName,EmoDetail\n"
              "MSP-PODCAST_9999_0001.wav,\"W1; Happy; Neutral,Concerned; A:3.000000; V:4.000000; D:4.000000;\"\n"
              "MSP-PODCAST_9999_0001.wav,\"W2; Angry; ; A:3.000000; V:4.000000; D:4.000000;\"\n");
  }
  SECTION("json") {
    tree.text(
        "Labels/labels_detailed.json",
        R"({"MSP-PODCAST_9999_0001.wav": {"W1": {"EmoClass_Major": "Happy"}, "W2": {"EmoClass_Major": "Angry"}}})");
  }
  CHECK(tree.raters_of_first() == "anger:0.5 happiness:0.5");
}

TEST_CASE("MSP-Podcast: what is malformed is named", "[corpus]") {
  PodcastTree tree;
  SECTION("a short row") {
    tree.text("Labels/labels_consensus.csv", podcast_csv + "MSP-PODCAST_9999_0004.wav,H\n");
    CHECK_THAT(tree.error("msp-podcast"), Contains("labels_consensus.csv:5: "));
  }
  SECTION("an unknown class") {
    tree.text("Labels/labels_consensus.csv", "FileName,EmoClass\nMSP-PODCAST_9999_0001.wav,Q\n");
    CHECK_THAT(tree.error("msp-podcast"), Contains("labels_consensus.csv:2: ") && Contains("'Q'"));
  }
  SECTION("a missing column") {
    tree.text("Labels/labels_consensus.csv", "FileName,Emotion\nMSP-PODCAST_9999_0001.wav,H\n");
    CHECK_THAT(tree.error("msp-podcast"), Contains("labels_consensus.csv:1: ") && Contains("EmoClass"));
  }
  SECTION("broken json") {
    tree.text("Labels/labels_consensus.json", "{\"MSP-PODCAST_9999_0001.wav\": {\n\"EmoClass\" \"H\"}}");
    CHECK_THAT(tree.error("msp-podcast"), Contains("labels_consensus.json: ") && Contains("line 2"));
  }
  SECTION("labels.txt") {
    tree.text("Labels/labels.txt", "MSP-PODCAST_9999_0001.wav; H; A:4.8; V:x; D:4.0;\n");
    CHECK_THAT(tree.error("msp-podcast"), Contains("labels.txt:1: "));
  }
}
