#include <ser/base/parallel.h>
#include <ser/base/random.h>
#include <ser/eval/resampling.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ser {

void UnitSums::add(std::span<const double> sums) {
  for (std::size_t i = 0; i < width_; ++i)
    if (sums[i] != 0) {
      places_.push_back(static_cast<std::uint32_t>(i));
      values_.push_back(sums[i]);
    }
  starts_.push_back(values_.size());
}

void UnitSums::add_to(std::span<double> sums, std::size_t unit, double factor) const {
  for (std::size_t i = starts_[unit]; i < starts_[unit + 1]; ++i) sums[places_[i]] += factor * values_[i];
}

std::vector<double> UnitSums::total() const {
  std::vector<double> sums(width_);
  for (std::size_t unit = 0; unit < units(); ++unit) add_to(sums, unit, 1);
  return sums;
}

Replicates resample(const UnitSums& units, std::size_t figures, const Statistic& statistic, int draws,
                    std::uint64_t seed, int threads) {
  const std::size_t n = units.units();
  const std::vector<double> total = units.total();
  Replicates result;
  result.estimates.resize(figures);
  statistic(total, result.estimates);
  result.draws.assign(figures, std::vector<double>(static_cast<std::size_t>(n > 0 ? draws : 0)));
  result.jackknife.assign(figures, std::vector<double>(n));
  parallel_for(result.draws.empty() ? 0 : result.draws[0].size(), threads, [&](std::size_t draw) {
    Random random(seed, "bootstrap", draw);
    std::vector<std::uint32_t> times(n);
    for (std::size_t i = 0; i < n; ++i) ++times[random.below(n)];
    std::vector<double> sums(units.width()), values(figures);
    for (std::size_t unit = 0; unit < n; ++unit)
      if (times[unit] > 0) units.add_to(sums, unit, times[unit]);
    statistic(sums, values);
    for (std::size_t f = 0; f < figures; ++f) result.draws[f][draw] = values[f];
  });
  std::vector<double> sums(units.width()), values(figures);
  for (std::size_t unit = 0; unit < n; ++unit) {
    sums = total;
    units.add_to(sums, unit, -1);
    statistic(sums, values);
    for (std::size_t f = 0; f < figures; ++f) result.jackknife[f][unit] = values[f];
  }
  return result;
}

namespace {

/// Guards the comparison of sums that are equal but for the order of their additions.
constexpr double tolerance = 1e-12;

double all_sign_flips_p(std::span<const double> differences, double limit) {
  const std::size_t n = differences.size(), flips = std::size_t{1} << n;
  std::size_t extreme = 0;
  for (std::size_t signs = 0; signs < flips; ++signs) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += (signs >> i & 1) != 0 ? -differences[i] : differences[i];
    extreme += std::abs(sum) >= limit;
  }
  return static_cast<double>(extreme) / static_cast<double>(flips);
}

}  // namespace

double sign_flip_p(std::span<const double> differences, int draws, std::uint64_t seed) {
  const double observed = std::abs(std::accumulate(differences.begin(), differences.end(), 0.0));
  double scale = 0;
  for (const double difference : differences) scale += std::abs(difference);
  const double limit = observed - tolerance * scale;
  const std::size_t n = differences.size();
  if (scale == 0) return 1;
  if (n < 31 && (std::size_t{1} << n) <= static_cast<std::size_t>(draws)) return all_sign_flips_p(differences, limit);
  int extreme = 0;
  for (int draw = 0; draw < draws; ++draw) {
    Random random(seed, "sign flips", static_cast<std::uint64_t>(draw));
    double sum = 0;
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < n; ++i, bits >>= 1) {
      if (i % 32 == 0) bits = random();
      sum += (bits & 1) != 0 ? -differences[i] : differences[i];
    }
    extreme += std::abs(sum) >= limit;
  }
  return (1.0 + extreme) / (1.0 + draws);
}

}  // namespace ser
