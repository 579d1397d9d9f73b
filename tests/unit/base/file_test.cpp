#include <ser/base/file.h>
#include <support/files.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <thread>

using namespace ser;

TEST_CASE("a device or pipe is written to and not replaced by a file", "[base]") {
  const test::TemporaryFolder folder;
  const std::filesystem::path pipe = folder / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  std::string read;
  std::thread reader([&] { read = read_file(pipe); });
  write_file(pipe, "through");
  reader.join();
  CHECK(read == "through");
  CHECK(std::filesystem::is_fifo(pipe));
}

TEST_CASE("a file that is not committed leaves the old one and nothing beside it", "[base]") {
  const test::TemporaryFolder folder;
  write_file(folder / "a", "old");
  {
    AtomicFile file(folder / "a");
    file.stream() << "half";
  }
  CHECK(read_file(folder / "a") == "old");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}
