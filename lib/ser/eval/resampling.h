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
  /// The weighted sums of several draws in one pass: sums[i * block + b] += sum over units of weights[unit * block + b]
  /// times value i of the unit.
  static constexpr std::size_t block = 8;
  void add_block(std::span<double> sums, std::span<const float> weights) const;

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

}  // namespace ser
