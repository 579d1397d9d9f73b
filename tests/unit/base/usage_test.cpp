#include <ser/base/progress.h>
#include <ser/base/table.h>
#include <ser/base/text.h>
#include <ser/base/usage.h>
#include <support/files.h>

#include <catch2/catch.hpp>
#include <map>

using namespace ser;

namespace {

/// SER_USAGE for the length of a test.
struct UsageVariable {
  explicit UsageVariable(const std::string& value) { ::setenv("SER_USAGE", value.c_str(), 1); }
  ~UsageVariable() { ::unsetenv("SER_USAGE"); }
};

}  // namespace

TEST_CASE("Every call of a program leaves a file of its own with what it used", "[base]") {
  const test::TemporaryFolder folder;
  const UsageVariable variable((folder / "usage").string());
  record_usage("ser-train", 0, 1.5);
  record_usage("ser-eval cross", 3, 0.25);
  std::map<std::string, std::vector<std::string>> lines;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "usage")) {
    const std::vector<std::string> fields = split(std::string(trim(read_file(entry.path()))), '\t');
    REQUIRE(fields.size() == 4);
    lines[fields[0]] = fields;
  }
  REQUIRE(lines.size() == 2);
  CHECK(lines["ser-train"][1] == "0");
  CHECK(lines["ser-train"][2] == "1.500");
  CHECK(lines["ser-eval cross"][1] == "3");
  CHECK(std::stod(lines["ser-train"][3]) > 1e6);
  CHECK(std::stod(lines["ser-train"][3]) <= peak_memory_bytes());
}

TEST_CASE("Usage that cannot be written disturbs nobody", "[base]") {
  const test::TemporaryFolder folder;
  write_file(folder / "file", "");
  const UsageVariable variable((folder / "file").string() + "/below");
  CHECK_NOTHROW(record_usage("ser-train", 0, 1));
}
