#include <ser/base/error.h>
#include <ser/store/tensorboard_events.h>
#include <support/files.h>

#include <catch2/catch.hpp>
#include <limits>

using namespace ser;
using namespace ser::test;

namespace {

void add_golden_scalars(TensorboardEvents& events) {
  double wall_time = 1700000000.5;
  const auto add = [&](const char* tag, std::int64_t step, double value) {
    events.add_scalar(tag, step, wall_time += 1, value);
  };
  add("loss/train", 1, 0.75);
  add("loss/train", 200, 0.5);
  add("uar/dev", 200, 0);
  add("uar/dev", std::int64_t{1} << 40, 1. / 3);
  add("Größe", -1, std::numeric_limits<double>::infinity());
  add("late", 7, std::numeric_limits<double>::quiet_NaN());
}

}  // namespace

TEST_CASE("CRC-32C gives the values of RFC 3720", "[tensorboard]") {
  CHECK(crc32c("123456789") == 0xe3069283u);
  CHECK(crc32c(std::string(32, '\0')) == 0x8a9136aau);
  CHECK(crc32c(std::string(32, '\xff')) == 0x62a8ab43u);
  CHECK(crc32c("") == 0);
}

TEST_CASE("event files have the bytes that TensorBoard's own writer gives", "[tensorboard]") {
  const TemporaryFolder folder;
  TensorboardEvents events(folder / "run/events", 1700000000.25, 5);
  add_golden_scalars(events);
  events.flush();
  CHECK(read_file(events.path()) == read_file(golden("store/scalars.tfevents")));
}

TEST_CASE("each session has a file of its own, whose name TensorBoard knows", "[tensorboard]") {
  const TemporaryFolder folder;
  const TensorboardEvents first(folder.path(), 12.75), second(folder.path(), 12.75);
  CHECK(first.path() != second.path());
  CHECK(first.path().filename().string().starts_with("events.out.tfevents.0000000012."));
  CHECK(std::filesystem::file_size(first.path()) == 8 + 4 + 24 + 4);
}

TEST_CASE("what cannot be written is an error", "[tensorboard]") {
  const TemporaryFolder folder;
  TensorboardEvents events(folder.path(), wall_time_now());
  CHECK_THROWS_AS(events.add_scalar("", 1, 0, 1), UsageError);
  write_file(folder / "file", "x");
  CHECK_THROWS_AS(TensorboardEvents(folder / "file", 0), Error);
}
