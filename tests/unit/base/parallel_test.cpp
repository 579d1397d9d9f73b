#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/hash.h>
#include <ser/base/lock.h>
#include <ser/base/parallel.h>
#include <support/files.h>

#include <catch2/catch.hpp>
#include <chrono>

using namespace ser;

TEST_CASE("results come in order whatever the number of threads", "[base]") {
  for (const int threads : {1, 2, 5}) {
    std::vector<std::size_t> seen;
    ordered_parallel_for<std::size_t>(
        200, threads,
        [](std::size_t i) {
          if (i % 7 == 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
          return i * i;
        },
        [&](std::size_t i, std::size_t&& result) {
          REQUIRE(result == i * i);
          seen.push_back(i);
        });
    REQUIRE(seen.size() == 200);
    for (std::size_t i = 0; i < 200; ++i) REQUIRE(seen[i] == i);
  }
}

TEST_CASE("an exception in a worker or in the consumer ends the loop and arrives", "[base]") {
  const auto run = [](bool in_worker) {
    ordered_parallel_for<int>(
        100, 3,
        [&](std::size_t i) {
          if (in_worker && i == 20) throw DataError("worker");
          return 0;
        },
        [&](std::size_t i, int&&) {
          if (!in_worker && i == 20) throw DataError("consumer");
        });
  };
  CHECK_THROWS_WITH(run(true), "worker");
  CHECK_THROWS_WITH(run(false), "consumer");
}

TEST_CASE("a file appears whole or not at all", "[base]") {
  const test::TemporaryFolder folder;
  write_file(folder / "x", "old");
  {
    AtomicFile file(folder / "x");
    file.stream() << "half";
  }
  CHECK(read_file(folder / "x") == "old");
  write_file(folder / "x", "new");
  CHECK(read_file(folder / "x") == "new");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a folder is locked once, and the holder is named", "[base]") {
  const test::TemporaryFolder folder;
  {
    const FolderLock first(folder.path());
    CHECK_THROWS_WITH(FolderLock(folder.path()),
                      Catch::Contains("in use by another job") && Catch::Contains("process"));
  }
  CHECK_NOTHROW(FolderLock(folder.path()));
}

TEST_CASE("hashes are those of XXH3, the same on every machine", "[base]") {
  CHECK(hash_bytes("") == "99aa06d3014798d86001c324468d497f");
  const test::TemporaryFolder folder;
  write_file(folder / "x", std::string(200000, 'a'));
  CHECK(hash_file(folder / "x") == hash_bytes(std::string(200000, 'a')));
}
