#include <ser/base/error.h>
#include <ser/corpus/name_pattern.h>

#include <catch2/catch.hpp>

using namespace ser;

TEST_CASE("named groups of a file name", "[corpus]") {
  const NamePattern pattern(R"((?<actor>\d{4})_(?:X|Y)_(plain)?(?<emotion>ANG|HAP)(?<level>_LO)?)", "test");
  const auto groups = pattern.match_end("AudioWAV/1001_X_ANG");
  REQUIRE(groups);
  CHECK(groups->at("actor") == "1001");
  CHECK(groups->at("emotion") == "ANG");
  CHECK(groups->at("level").empty());
  CHECK_FALSE(pattern.match_end("1001_X_ANGx"));
  CHECK_FALSE(pattern.match_end("21001_X_ANG"));
}

TEST_CASE("a pattern matches at the end of the path and at whole folder names", "[corpus]") {
  const NamePattern pattern("(?<speaker>DC|JE)/(?<emotion>sa|a)(?<n>[0-9]+)", "test");
  CHECK(pattern.match_end("DC/sa01")->at("emotion") == "sa");
  CHECK(pattern.match_end("x/y/AudioData/JE/a15")->at("speaker") == "JE");
  CHECK_FALSE(pattern.match_end("xDC/sa01"));
  CHECK_FALSE(pattern.match_end("sa01"));
  CHECK_FALSE(pattern.match_end("DC/x/sa01"));
  CHECK_FALSE(pattern.match_end(""));
  CHECK_FALSE(pattern.match_end("/"));
  CHECK(pattern.match_end("/DC/a1"));
}

TEST_CASE("a group can be asked for again by its name", "[corpus]") {
  const NamePattern pattern(R"((?<a>\d)(?<b>\d)-\k<b>)", "test");
  CHECK(pattern.match_end("12-2"));
  CHECK_FALSE(pattern.match_end("12-1"));
}

TEST_CASE("parentheses in classes and escapes are no groups", "[corpus]") {
  const NamePattern pattern(R"([(](?<x>\()(?<y>[)])\))", "test");
  const auto groups = pattern.match_end(
      "(()"
      ")");
  REQUIRE(groups);
  CHECK(groups->at("x") == "(");
  CHECK(groups->at("y") == ")");
}

TEST_CASE("a name of thousands of characters does not match and does not overflow the stack", "[corpus]") {
  CHECK_FALSE(NamePattern("(?<x>.*)", "test").match_end(std::string(100000, 'a')));
  CHECK_FALSE(NamePattern("(?<x>.*)", "test").search(std::string(100000, 'a')));
}

TEST_CASE("malformed expressions say where they stand", "[corpus]") {
  for (const char* bad : {"(?<x>a", "(?<>a)", "(?<x y>a)", "(?<x>a)(?<x>b)", "(?<=a)b", "[a", R"(\k<x>(?<x>a))"})
    CHECK_THROWS_WITH(NamePattern(bad, "c.yaml:3:5"), Catch::Matchers::StartsWith("c.yaml:3:5: "));
}

TEST_CASE("globs do not cross folders", "[corpus]") {
  const NamePattern glob = glob_pattern("dialog/EmoEvaluation/*.txt", "test");
  CHECK(glob.match_end("Session1/dialog/EmoEvaluation/Ses01F_impro01.txt"));
  CHECK_FALSE(glob.match_end("Session1/dialog/EmoEvaluation/Attribute/Ses01F_impro01.txt"));
  CHECK_FALSE(glob.match_end("Session1/dialog/EmoEvaluation/Ses01F_impro01_txt"));
}
