#include <ser/base/error.h>
#include <ser/base/table.h>
#include <ser/base/text.h>

#include <catch2/catch.hpp>

using namespace ser;

TEST_CASE("numbers are read whole and independent of the locale", "[base]") {
  CHECK(parse_double("1.5") == 1.5);
  CHECK(parse_double("+2e3") == 2000);
  CHECK_FALSE(parse_double("1,5"));
  CHECK_FALSE(parse_double("1.5 "));
  CHECK_FALSE(parse_double(""));
  CHECK_FALSE(parse_integer("1.0"));
  CHECK(format_number(0.1) == "0.1");
  CHECK(*parse_double(format_number(1. / 3)) == 1. / 3);
}

TEST_CASE("a typing error is answered with the nearest name", "[base]") {
  const std::vector<std::string> names{"num_mels", "num_ceps", "window"};
  CHECK(nearest("num_mel", names) == "num_mels");
  CHECK_FALSE(nearest("xyzzy", names));
  CHECK(suggestion("windw", names) == ", did you mean 'window'?");
}

TEST_CASE("CSV fields may be quoted, hold separators, quotes and line breaks", "[base]") {
  const Table table = parse_table(
      "\xEF\xBB\xBF"
      "a,b\r\n\"x, \"\"y\"\"\",\"1\n2\"\r\n\r\nz,\n",
      "t.csv", {',', true});
  REQUIRE(table.columns == std::vector<std::string>{"a", "b"});
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[0] == std::vector<std::string>{"x, \"y\"", "1\n2"});
  CHECK(table.rows[1] == std::vector<std::string>{"z", ""});
  CHECK(table.where(0) == "t.csv:2");
  CHECK(table.where(1) == "t.csv:5");
}

TEST_CASE("a malformed table is refused with file and line", "[base]") {
  CHECK_THROWS_WITH(parse_table("a\tb\n1\t2\n3\n", "t.tsv", {}),
                    Catch::Contains("t.tsv:3: 1 fields, but the header has 2"));
  CHECK_THROWS_WITH(parse_table("a\ta\n", "t.tsv", {}), Catch::Contains("column 'a' occurs twice"));
  CHECK_THROWS_WITH(parse_table("a\n\"x\n", "t.csv", {',', true}),
                    Catch::Contains("t.csv:2: a quoted field is not closed"));
  CHECK_THROWS_AS(parse_table("", "t.tsv", {}), DataError);
  const Table table = parse_table("speaker\tlabel\n", "t.tsv", {});
  CHECK_THROWS_WITH(table.at("speakr"), Catch::Contains("did you mean 'speaker'?"));
}
