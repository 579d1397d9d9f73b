// Resampling of whole units (speakers, or utterances): bootstrap draws and leave-one-out replicates of any figure that
// is a function of sums over utterances. UAR needs hits and support per class, CCC five moments, and so on; so a draw
// adds up a few numbers per speaker instead of scoring all utterances again.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace ser {

/// The sums of each unit, [unit, width], stored without their zeros.
class UnitSums {
 public:
  explicit UnitSums(std::size_t width) : width_(width) {}
  /// Appends a unit; `sums` has `width` values.
  void add(std::span<const double> sums);
  std::size_t units() const { return starts_.size() - 1; }
  std::size_t width() const { return width_; }
  /// Of all units, each once: [width].
  std::vector<double> total() const;
  /// sums += factor * (sums of a unit)
  void add_to(std::span<double> sums, std::size_t unit, double factor) const;

 private:
  std::size_t width_;
  std::vector<std::size_t> starts_{0};
  std::vector<std::uint32_t> places_;
  std::vector<double> values_;
};

/// Writes figures that follow from sums over utterances; NaN where one is not defined. Called from several threads.
using Statistic = std::function<void(std::span<const double> sums, std::span<double> figures)>;

struct Replicates {
  std::vector<double> estimates;               ///< [figure], of the data as they are
  std::vector<std::vector<double>> draws;      ///< [figure][draw], of as many units as there are, with replacement
  std::vector<std::vector<double>> jackknife;  ///< [figure][unit], of all units but one
};

/// 1. All figures see the same draws. 2. Draw i is keyed by (seed, i) alone: the result depends neither on the number
/// of threads nor on the other draws. 3. Memory: figures x (draws + units) doubles beside the sums.
Replicates resample(const UnitSums& units, std::size_t figures, const Statistic& statistic, int draws,
                    std::uint64_t seed, int threads = 1);

/// Flips the sign of each unit's difference with probability 1/2 and counts how often the mean is at least as far from
/// zero as the observed one: (1 + count) / (1 + draws), two-sided. `differences` is [unit]; all 2^n signs are tried
/// instead when that is no more work. 1 when all differences are 0.
double sign_flip_p(std::span<const double> differences, int draws, std::uint64_t seed);

}  // namespace ser
