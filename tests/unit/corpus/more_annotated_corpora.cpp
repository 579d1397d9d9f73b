// CREMA-D and EM2LDL as tiny trees; all annotations are made up.
#include <ser/corpus/definition.h>

#include <catch2/catch.hpp>

#include "corpus_tree.h"

using namespace ser;
using Catch::Matchers::Contains;
using test::CorpusTree;
using test::utterance;

namespace {

const std::string votes_head =
    "\"\",\"A\",\"D\",\"F\",\"H\",\"N\",\"S\",\"fileName\",\"numResponses\",\"meanEmoResp\"\n";

struct CremaTree : CorpusTree {
  explicit CremaTree(const std::string& votes) {
    audio("AudioWAV/1001_IEO_ANG_HI.wav");
    audio("AudioWAV/1049_TIE_NEU_XX.wav");
    audio("AudioWAV/1049_TIE_NEU_YY.wav");
    text("VideoDemographics.csv",
         "\"ActorID\",\"Age\",\"Sex\",\"Race\",\"Ethnicity\"\n1001,51,\"Male\",\"Caucasian\",\"Not Hispanic\"\n"
         "1049,21,\"Female\",\"Asian\",\"Not Hispanic\"\n1091,29,\"Female\",\"Asian\",\"Not Hispanic\"\n");
    text("processedResults/tabulatedVotes.csv", votes_head + votes);
  }
  PrepareResult from(const std::string& labels) const {
    PrepareOptions given = options("crema-d");
    given.labels_from = labels;
    return prepare_corpus(given);
  }
};

const std::string votes =
    "\"100001\",2,0,0,0,6,0,\"1001_IEO_ANG_HI\",8,40.5\n\"200001\",5,0,0,0,0,0,\"1001_IEO_ANG_HI\",5,60\n"
    "\"300001\",3,1,0,0,0,0,\"1001_IEO_ANG_HI\",4,70\n\"100002\",0,2,2,0,0,0,\"1049_TIE_NEU_XX\",4,11\n";

}  // namespace

TEST_CASE("CREMA-D: the label is the acted one, or what raters heard, or what they heard and saw", "[corpus]") {
  const CremaTree tree(votes);
  const PrepareResult acted = tree.prepare("crema-d");
  REQUIRE(acted.manifest.utterances.size() == 2);
  const Utterance& u = utterance(acted, "1001_IEO_ANG_HI");
  CHECK(u.emotion == "anger");
  CHECK(u.age == "51");
  CHECK(u.gender == "male");
  CHECK(u.intensity == "high");
  CHECK(u.text == "It's eleven o'clock");
  CHECK(u.split == "train");
  CHECK(utterance(acted, "1049_TIE_NEU_XX").split == "dev");
  CHECK(format_distribution(u.distribution) == "anger:0.25 neutral:0.75");
  CHECK(acted.manifest.column(u, "voice_level") == "40.5");
  CHECK(utterance(tree.from("voice"), "1001_IEO_ANG_HI").emotion == "neutral");
  CHECK(utterance(tree.from("voice"), "1049_TIE_NEU_XX").emotion == "no-agreement");
  const PrepareResult both = tree.from("audiovisual");
  CHECK(utterance(both, "1001_IEO_ANG_HI").emotion == "anger");
  CHECK(format_distribution(utterance(both, "1001_IEO_ANG_HI").distribution) == "anger:0.75 disgust:0.25");
  CHECK(utterance(both, "1049_TIE_NEU_XX").emotion.empty());
  CHECK(acted.left_out.count("entries in actors without audio") == 1);
  CHECK(acted.left_out.count("audio files whose name does not follow the grammar") == 1);
}

TEST_CASE("CREMA-D: malformed votes are named with file and line", "[corpus]") {
  const std::string file = "tabulatedVotes.csv:";
  CHECK_THAT(CremaTree("\"100001\",2,0,0,0,x,0,\"1001_IEO_ANG_HI\",8,40\n").error("crema-d"), Contains(file + "2: "));
  CHECK_THAT(CremaTree("\"400001\",2,0,0,0,1,0,\"1001_IEO_ANG_HI\",8,40\n").error("crema-d"), Contains(file + "2: "));
  CHECK_THAT(CremaTree(votes + "\"100009\",2,0,0,0,1,0,\"1001_IEO_ANG_HI\",8,40\n").error("crema-d"),
             Contains(file + "6: "));
}

namespace {

const std::vector<std::string> plutchik{
    "ecstacy", "joy",     "serenity",     "love",          "admiration", "trust",        "acceptance",  "submission",
    "terror",  "fear",    "apprehension", "awe",           "amazement",  "surprise",     "distraction", "disapproval",
    "grief",   "sadness", "pensiveness",  "remorse",       "loathing",   "disgust",      "boredom",     "contempt",
    "rage",    "anger",   "annoyance",    "aggresiveness", "vigilance",  "anticipation", "interest",    "optimism"};

struct Em2ldlTree : CorpusTree {
  explicit Em2ldlTree(const std::string& joy = "0.4") {
    audio("audio/0007_intj_ce.WAV");
    audio("audio/0012_mbti_me.WAV");
    std::string header =
                    "\xEF\xBB\xBF"
                    "AudioID",
                row = "7", other = "12";
    for (const std::string& name : plutchik) {
      header += "," + name;
      row += name == "joy" ? "," + joy : name == "serenity" ? ",0.6" : ",0";
      other += name == "rage" || name == "love" ? ",0.5" : ",0";
    }
    text("labels/labels_distributions_Info.csv",
         header + ",speaker ID,gender,age,ageClass,mbtiSingle,mbtiDouble,lang\r\n" + row +
             ",speaker9,male,25岁,Youth,i,in,ce\r\n" + other + ",speaker1,female,Youth,Youth,none,none,me\r\n");
    text("models/train_val_test/train_ids.csv", "audio_id\n0007\n");
    text("models/train_val_test/val_ids.csv", "audio_id\n0012\n0013\n");
  }
};

}  // namespace

TEST_CASE("EM2LDL: a distribution per utterance, ids padded with zeros, parts from the id lists", "[corpus]") {
  const Em2ldlTree tree;
  const PrepareResult result = tree.prepare("em2ldl");
  const Utterance& u = utterance(result, "0007");
  CHECK(u.wav == "audio/0007_intj_ce.WAV");
  CHECK(u.emotion.empty());
  CHECK(format_distribution(u.distribution) == "joy:0.4 serenity:0.6");
  CHECK(u.speaker == "speaker9");
  CHECK(u.age == "25岁");
  CHECK(u.language == "yue-en");
  CHECK(u.split == "train");
  CHECK(utterance(result, "0012").split == "dev");
  CHECK(result.manifest.labels.size() >= 32);
  CHECK(result.left_out.count("entries in parts without audio") == 1);
  PrepareOptions top = tree.options("em2ldl");
  top.labels_from = "top";
  CHECK(utterance(prepare_corpus(top), "0007").emotion == "serenity");
  CHECK(utterance(prepare_corpus(top), "0012").emotion == "no-agreement");
}

TEST_CASE("EM2LDL: a probability that is none is named with file and line", "[corpus]") {
  CHECK_THAT(Em2ldlTree("many").error("em2ldl"), Contains("labels_distributions_Info.csv:2: ") && Contains("joy"));
  CHECK_THAT(Em2ldlTree("1.5").error("em2ldl"), Contains("labels_distributions_Info.csv:2: "));
}
