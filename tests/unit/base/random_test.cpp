#include <ser/base/random.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

using namespace ser;

TEST_CASE("Philox 4x32-10 gives the vectors published with Random123", "[base]") {
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
        std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        std::array<std::uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("draws depend on seed, purpose, epoch and item, and on nothing else", "[base]") {
  const auto first = [](std::uint64_t seed, const char* purpose, std::uint64_t epoch, const char* item) {
    return Random(seed, purpose, epoch, item)();
  };
  CHECK(first(1, "a", 0, "x") == first(1, "a", 0, "x"));
  const std::set<std::uint32_t> different{first(1, "a", 0, "x"), first(2, "a", 0, "x"), first(1, "b", 0, "x"),
                                          first(1, "a", 1, "x"), first(1, "a", 0, "y")};
  CHECK(different.size() == 5);
}

TEST_CASE("uniform and normal draws have the moments of their distributions", "[base]") {
  Random random(7, "moments");
  double sum = 0, squares = 0, normal_sum = 0, normal_squares = 0;
  const int n = 100000;
  for (int i = 0; i < n; ++i) {
    const double u = random.uniform(), z = random.normal();
    REQUIRE((u >= 0 && u < 1));
    sum += u, squares += u * u, normal_sum += z, normal_squares += z * z;
  }
  CHECK(sum / n == Approx(0.5).margin(0.005));
  CHECK(squares / n == Approx(1. / 3).margin(0.005));
  CHECK(normal_sum / n == Approx(0).margin(0.015));
  CHECK(normal_squares / n == Approx(1).margin(0.02));
}

TEST_CASE("a shuffle is a permutation and its first place is uniform", "[base]") {
  std::vector<int> counts(5);
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    std::vector<int> values{0, 1, 2, 3, 4};
    Random(seed, "shuffle").shuffle(values);
    REQUIRE(std::set<int>(values.begin(), values.end()).size() == 5);
    ++counts[static_cast<std::size_t>(values[0])];
  }
  for (const int count : counts) CHECK(count == Approx(1000).margin(120));
}
