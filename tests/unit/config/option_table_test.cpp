#include <ser/base/file.h>
#include <ser/config/option_table.h>
#include <support/files.h>

#include <catch2/catch.hpp>

using namespace ser;

namespace {

struct Inner {
  int count = 3;
  std::string kind = "a b";
};
void describe_options(OptionTable& table, Inner& o) {
  table.add("count", o.count, "how many").range(1, 10).unit("bands");
  table.add("kind", o.kind, "which").choices({"a b", "c"});
}
struct Outer {
  double rate = 0.5;
  bool on = true;
  std::vector<std::string> names{"x", "y"};
  Inner inner;
};
void describe_options(OptionTable& table, Outer& o) {
  table.add("rate", o.rate, "speed").range(0, 1);
  table.add("on", o.on, "switch");
  table.add("names", o.names, "list");
  table.section("inner", o.inner);
}

struct Fixture {
  Outer outer;
  OptionTable table;
  test::TemporaryFolder folder;
  Fixture() { describe_options(table, outer); }
  std::string load(const std::string& yaml) {
    write_file(folder / "c.yaml", yaml);
    try {
      table.load_yaml((folder / "c.yaml").string());
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  }
};

}  // namespace

TEST_CASE("a dump reads back to the same options and hash", "[config]") {
  Fixture a, b;
  a.table.assign("inner.count", {"7"});
  a.table.assign("names", {"p", "q r"});
  a.table.assign("on", {"false"});
  CHECK(b.load(a.table.dump_yaml()) == "");
  CHECK(b.outer.inner.count == 7);
  CHECK(b.outer.names == std::vector<std::string>{"p", "q r"});
  CHECK_FALSE(b.outer.on);
  CHECK(b.table.hash() == a.table.hash());
  CHECK(b.table.hash() != Fixture().table.hash());
}

TEST_CASE("config errors name file, line, column and the nearest key", "[config]") {
  Fixture f;
  CHECK_THAT(f.load("rate: 0.1\ninner:\n  cuont: 4\n"),
             Catch::Contains("c.yaml:3:3") && Catch::Contains("inner.count"));
  CHECK_THAT(f.load("rate: 2\n"), Catch::Contains("c.yaml:1:1") && Catch::Contains("outside 0 to 1"));
  CHECK_THAT(f.load("inner: {kind: d}\n"), Catch::Contains("is not one of the choices"));
  CHECK_THAT(f.load("on: maybe\n"), Catch::Contains("not true or false"));
  CHECK_THAT(f.load("inner:\n  count: 1.5\n"), Catch::Contains("c.yaml:2:3") && Catch::Contains("whole number"));
  CHECK_THAT(f.load("rate: [1\n"), Catch::Contains("c.yaml:"));
  CHECK_THAT(f.load("rate:\n"), Catch::Contains("has no value"));
  CHECK(f.load("") == "");
}

TEST_CASE("transient options stay out of dumps and hashes", "[config]") {
  int threads = 1, epochs = 2;
  OptionTable table;
  table.add("threads", threads, "").transient();
  table.add("epochs", epochs, "");
  CHECK(table.dump_yaml() == "epochs: 2\n");
}
