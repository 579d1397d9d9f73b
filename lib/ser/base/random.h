// Counter-based random numbers (Philox 4x32-10, Salmon et al. 2011). A draw depends on its key alone, so results do not
// depend on the number of threads, workers or shards, and a resumed run equals an uninterrupted one.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace ser {

/// A stream of draws for one (seed, purpose, epoch, item). Usable as a UniformRandomBitGenerator, but the draws below
/// are defined here and not by the standard library, whose distributions differ between implementations.
class Random {
 public:
  using result_type = std::uint32_t;
  Random(std::uint64_t seed, std::string_view purpose, std::uint64_t epoch = 0, std::string_view item = {});

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return 0xffffffffu; }
  result_type operator()();

  /// In [0, 1), 53 bits.
  double uniform();
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// In [0, n), unbiased; n > 0.
  std::uint64_t below(std::uint64_t n);
  /// Mean 0, variance 1 (Box-Muller).
  double normal();

  template <class T>
  void shuffle(std::vector<T>& values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  int used_ = 4;
};

/// The Philox 4x32-10 block function, public for its test against the published vectors.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

}  // namespace ser
