#include <ser/corpus/kaldi.h>

#include <catch2/catch.hpp>

#include "corpus_tree.h"

using namespace ser;
using Catch::Matchers::Contains;
using test::CorpusTree;
using test::utterance;

TEST_CASE("a list: columns by their usual names, others kept, paths relative to the list", "[corpus]") {
  CorpusTree tree;
  tree.audio("a/one.wav");
  tree.audio("b/one.wav");
  tree.text("list.csv",
            "Path,Label,spk,Sex,mood\na/one.wav,HAPPY,s1,F,\"good, really\"\nb/one.wav,contempt,s2,m,\n"
            "c/one.wav,sad,s2,m,\n");
  PrepareOptions options = tree.options("list");
  options.root = "";
  options.list = (tree.folder / "list.csv").string();
  options.name = "mine";
  const PrepareResult result = prepare_corpus(options);
  CHECK(result.manifest.corpus == "mine");
  REQUIRE(result.manifest.utterances.size() == 2);
  const Utterance& u = utterance(result, "a_one");
  CHECK(u.emotion == "happiness");
  CHECK(u.gender == "female");
  CHECK(u.speaker == "s1");
  CHECK(result.manifest.column(u, "mood") == "good, really");
  CHECK(utterance(result, "b_one").emotion == "contempt");
  CHECK(result.left_out.count("rows whose audio file does not exist") == 1);
}

TEST_CASE("a list in the working folder, given by its name alone", "[corpus]") {
  CorpusTree tree;
  tree.audio("one.wav");
  tree.text("list.csv", "path,label\none.wav,sad\n");
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(tree.folder.path());
  PrepareOptions options = tree.options("list");
  options.root = "";
  options.list = "list.csv";
  PrepareResult result;
  CHECK_NOTHROW(result = prepare_corpus(options));
  std::filesystem::current_path(before);
  REQUIRE(result.manifest.utterances.size() == 1);
  CHECK(std::filesystem::exists(result.manifest.audio_path(result.manifest.utterances[0])));
}

TEST_CASE("a list: columns and labels of other names are given by options", "[corpus]") {
  CorpusTree tree;
  tree.audio("x.wav");
  tree.text("list.tsv", "clip\tcls\tpath\nx.wav\tirate\tnone\n");
  PrepareOptions options = tree.options("list");
  options.list = (tree.folder / "list.tsv").string();
  options.columns = {"wav=clip", "emotion=cls"};
  CHECK_THROWS_WITH(prepare_corpus(options), Contains("irate") && Contains("--label-map"));
  options.label_map = {"irate=anger"};
  CHECK(utterance(prepare_corpus(options), "x").emotion == "anger");
  options.label_map = {"irate"};
  CHECK_THROWS_AS(prepare_corpus(options), UsageError);
  options.columns = {"wav=clips"};
  CHECK_THROWS_WITH(prepare_corpus(options), Contains("list.tsv:1") && Contains("clip"));
  options.columns = {};
  options.list = "";
  CHECK_THROWS_AS(prepare_corpus(options), UsageError);
}

TEST_CASE("a Kaldi data folder with segments", "[corpus]") {
  CorpusTree tree;
  tree.audio("rec.wav");
  tree.text("wav.scp", "rec rec.wav\n");
  tree.text("segments", "s1-a rec 0.0 0.2\ns1-b rec 0.2 -1\n");
  tree.text("utt2spk", "s1-a s1\ns1-b s1\n");
  tree.text("text", "s1-a\ns1-b two words\n");
  tree.text("utt2emo", "s1-a angry\ns1-b neutral\n");
  tree.text("spk2gender", "s1 f\n");
  const PrepareResult result = tree.prepare("kaldi");
  const Utterance& a = utterance(result, "s1-a");
  CHECK(a.emotion == "anger");
  CHECK(a.gender == "female");
  CHECK(a.end == 0.2);
  CHECK(a.text.empty());
  const Utterance& b = utterance(result, "s1-b");
  CHECK(b.text == "two words");
  CHECK(b.start == 0.2);
  CHECK(std::isnan(b.end));
  CHECK(read_audio(result.manifest.audio_path(b), b.range()).seconds() == Approx(0.3));
}

TEST_CASE("a Kaldi folder that was exported comes back the same", "[corpus]") {
  CorpusTree tree;
  tree.audio("wav/03a01Fa.wav");
  tree.audio("wav/11b02Wc.wav");
  PrepareOptions options = tree.options("emodb");
  options.kaldi_out = (tree.folder / "kaldi").string();
  const PrepareResult first = prepare_corpus(options);
  PrepareOptions back = tree.options("kaldi");
  back.root = options.kaldi_out;
  const PrepareResult second = prepare_corpus(back);
  REQUIRE(second.manifest.utterances.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const Utterance &a = first.manifest.utterances[i], &b = second.manifest.utterances[i];
    CHECK(a.id == b.id);
    CHECK(a.speaker == b.speaker);
    CHECK(a.gender == b.gender);
    CHECK(a.text == b.text);
    CHECK(a.emotion == b.emotion);
    CHECK(std::filesystem::equivalent(first.manifest.audio_path(a), second.manifest.audio_path(b)));
  }
  CHECK(read_file(tree.folder / "kaldi/spk2utt") == "03 03a01Fa\n11 11b02Wc\n");
  CHECK_FALSE(std::filesystem::exists(tree.folder / "kaldi/segments"));
}

TEST_CASE("a command in wav.scp is run only when that is allowed", "[corpus]") {
  CorpusTree tree;
  tree.audio("x.wav");
  const std::string source = (tree.folder / "x.wav").string(), witness = (tree.folder / "ran").string();
  tree.text("wav.scp", "u1 touch " + witness + "; cat " + source + " |\n");
  PrepareOptions options = tree.options("kaldi");
  CHECK_THROWS_WITH(prepare_corpus(options), Contains("wav.scp:1: ") && Contains("--allow-pipes"));
  CHECK_FALSE(std::filesystem::exists(witness));
  options.allow_pipes = true;
  CHECK_THROWS_AS(prepare_corpus(options), UsageError);
  options.out = (tree.folder / "out").string();
  const PrepareResult result = prepare_corpus(options);
  CHECK(std::filesystem::exists(witness));
  CHECK(result.manifest.audio_path(utterance(result, "u1")).filename() == "u1.wav");
  CHECK(read_file(tree.folder / "out/wav/u1.wav") == read_file(source));
  tree.text("wav.scp", "u1 false |\n");
  CHECK_THROWS_WITH(prepare_corpus(options), Contains("wav.scp:1: ") && Contains("status 1"));
  tree.text("wav.scp", "u1 echo no audio |\n");
  CHECK_THROWS_WITH(prepare_corpus(options), Contains("wav.scp:1: ") && Contains("no audio"));
}

TEST_CASE("the way in which Kaldi reads FLAC is no command to us", "[corpus]") {
  CorpusTree tree;
  tree.audio("x.flac");
  tree.text("wav.scp", "u1 flac -c -d -s " + (tree.folder / "x.flac").string() + " |\n");
  CHECK(utterance(tree.prepare("kaldi"), "u1").wav.ends_with("x.flac"));
  tree.audio("a b.flac");
  tree.text("wav.scp", "u1 flac -c -d -s '" + (tree.folder / "a b.flac").string() + "' |\n");
  CHECK(utterance(tree.prepare("kaldi"), "u1").wav.ends_with("a b.flac"));
  tree.text("wav.scp", "u1 flac -c -d -s $(touch x).flac |\n");
  CHECK_THAT(tree.error("kaldi"), Contains("command pipe"));
}

TEST_CASE("malformed Kaldi files are named with file and line", "[corpus]") {
  CorpusTree tree;
  CHECK_THAT(tree.error("kaldi"), Contains("no wav.scp"));
  tree.audio("x.wav");
  tree.text("wav.scp", "u1 x.wav\nu2\n");
  CHECK_THAT(tree.error("kaldi"), Contains("wav.scp:2: "));
  tree.text("wav.scp", "u1 x.wav\nu1 x.wav\n");
  CHECK_THAT(tree.error("kaldi"), Contains("wav.scp:2: u1 occurs twice"));
  tree.text("wav.scp", "u1 y.wav\n");
  CHECK_THAT(tree.error("kaldi"), Contains("wav.scp:1: "));
  tree.text("wav.scp", "u1 x.wav\n");
  tree.text("segments", "a u1 0.5 0.2\n");
  CHECK_THAT(tree.error("kaldi"), Contains("segments:1: "));
  tree.text("segments", "a u9 0 0.2\n");
  CHECK_THAT(tree.error("kaldi"), Contains("segments:1: ") && Contains("u9"));
}

TEST_CASE("a link back to a folder above is not followed for ever", "[corpus]") {
  CorpusTree tree;
  tree.audio("a/one.wav");
  std::filesystem::create_directory_symlink("..", tree.folder / "a" / "up");
  std::filesystem::create_directory_symlink(".", tree.folder / "a" / "same");
  const Manifest manifest = manifest_of_files({tree.folder.path().string()});
  REQUIRE(manifest.utterances.size() == 1);
  CHECK(manifest.utterances[0].id == "one");
}
