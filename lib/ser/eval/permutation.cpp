#include <ser/base/parallel.h>
#include <ser/base/random.h>
#include <ser/eval/permutation.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ser {
namespace {

/// Guards the comparison of differences that are equal but for the order of their additions.
constexpr double tolerance = 1e-10;

bool can_try_all(std::size_t units, int draws) {
  return units < 31 && (std::size_t{1} << units) <= static_cast<std::size_t>(draws);
}

class Swapping {
 public:
  Swapping(const UnitSums& a, const UnitSums& b, std::size_t figures, const Statistic& statistic)
      : a_(a), b_(b), figures_(figures), statistic_(statistic), total_a_(a.total()), total_b_(b.total()) {
    observed_ = differences(total_a_, total_b_);
  }

  const std::vector<double>& observed() const { return observed_; }

  /// For each figure whether the difference after the swaps is at least as large as the observed one.
  std::vector<char> extreme(const std::vector<char>& swapped) const {
    std::vector<double> a = total_a_, b = total_b_;
    for (std::size_t unit = 0; unit < swapped.size(); ++unit) {
      if (!swapped[unit]) continue;
      a_.add_to(a, unit, -1), a_.add_to(b, unit, 1);
      b_.add_to(b, unit, -1), b_.add_to(a, unit, 1);
    }
    const std::vector<double> now = differences(a, b);
    std::vector<char> result(figures_);
    for (std::size_t f = 0; f < figures_; ++f)
      result[f] = std::abs(now[f]) >= std::abs(observed_[f]) - tolerance * (1 + std::abs(observed_[f]));
    return result;
  }

 private:
  std::vector<double> differences(const std::vector<double>& a, const std::vector<double>& b) const {
    std::vector<double> of_a(figures_), of_b(figures_);
    statistic_(a, of_a), statistic_(b, of_b);
    for (std::size_t f = 0; f < figures_; ++f) of_a[f] -= of_b[f];
    return of_a;
  }

  const UnitSums &a_, &b_;
  std::size_t figures_;
  const Statistic& statistic_;
  std::vector<double> total_a_, total_b_, observed_;
};

std::vector<char> random_swaps(std::size_t units, std::uint64_t seed, std::size_t draw) {
  Random random(seed, "swaps", draw);
  std::vector<char> swapped(units);
  std::uint32_t bits = 0;
  for (std::size_t unit = 0; unit < units; ++unit, bits >>= 1) {
    if (unit % 32 == 0) bits = random();
    swapped[unit] = (bits & 1) != 0;
  }
  return swapped;
}

std::vector<char> numbered_swaps(std::size_t units, std::size_t number) {
  std::vector<char> swapped(units);
  for (std::size_t unit = 0; unit < units; ++unit) swapped[unit] = (number >> unit & 1) != 0;
  return swapped;
}

}  // namespace

std::vector<double> swap_test(const UnitSums& a, const UnitSums& b, std::size_t figures, const Statistic& statistic,
                              int draws, std::uint64_t seed, int threads) {
  const Swapping swapping(a, b, figures, statistic);
  const bool all = can_try_all(a.units(), draws);
  const std::size_t tries = all ? std::size_t{1} << a.units() : static_cast<std::size_t>(draws);
  std::vector<std::vector<char>> extreme(tries);
  parallel_for(tries, threads, [&](std::size_t i) {
    extreme[i] = swapping.extreme(all ? numbered_swaps(a.units(), i) : random_swaps(a.units(), seed, i));
  });
  std::vector<double> p(figures, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t f = 0; f < figures; ++f) {
    if (std::isnan(swapping.observed()[f])) continue;
    const auto count = static_cast<double>(
        std::count_if(extreme.begin(), extreme.end(), [&](const auto& one) { return one[f] != 0; }));
    const auto n = static_cast<double>(tries);
    p[f] = all ? count / n : (1 + count) / (1 + n);
  }
  return p;
}

double smallest_swap_p(std::size_t units, int draws) {
  return can_try_all(units, draws) ? std::min(1.0, std::ldexp(2.0, -static_cast<int>(units))) : 1.0 / (1.0 + draws);
}

std::vector<double> holm(const std::vector<double>& p) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (!std::isnan(p[i])) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted = p;
  double largest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    largest = std::max(largest, std::min(1.0, static_cast<double>(order.size() - rank) * p[order[rank]]));
    adjusted[order[rank]] = largest;
  }
  return adjusted;
}

}  // namespace ser
