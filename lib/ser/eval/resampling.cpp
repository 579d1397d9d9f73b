#include <ser/base/parallel.h>
#include <ser/base/random.h>
#include <ser/eval/resampling.h>

#include <algorithm>

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

void UnitSums::add_block(std::span<double> sums, std::span<const float> weights) const {
  for (std::size_t unit = 0; unit < units(); ++unit) {
    const float* weight = weights.data() + unit * block;
    for (std::size_t i = starts_[unit]; i < starts_[unit + 1]; ++i) {
      double* sum = sums.data() + places_[i] * block;
      for (std::size_t b = 0; b < block; ++b) sum[b] += static_cast<double>(weight[b]) * values_[i];
    }
  }
}

namespace {

/// How often each of n units is drawn with replacement. Lemire 2019: unbiased, one multiplication a draw.
void draw_units(Random random, std::vector<std::uint16_t>& times) {
  std::fill(times.begin(), times.end(), std::uint16_t{0});
  const auto n = static_cast<std::uint32_t>(times.size());
  const std::uint32_t reject = (0u - n) % n;
  for (std::uint32_t i = 0; i < n; ++i) {
    std::uint64_t product;
    do product = std::uint64_t{random()} * n;
    while (static_cast<std::uint32_t>(product) < reject);
    ++times[product >> 32];
  }
}

/// Draws first, first + 1, ... of a block, as far as `draws` has places for them.
void draw_block(const UnitSums& units, const Statistic& statistic, std::uint64_t seed, std::size_t first,
                std::vector<std::vector<double>>& draws) {
  constexpr std::size_t block = UnitSums::block;
  const std::size_t count = std::min(block, draws[0].size() - first);
  std::vector<float> weights(units.units() * block);
  std::vector<std::uint16_t> times(units.units());
  for (std::size_t b = 0; b < count; ++b) {
    draw_units(Random(seed, "bootstrap", first + b), times);
    for (std::size_t unit = 0; unit < times.size(); ++unit) weights[unit * block + b] = times[unit];
  }
  std::vector<double> sums(units.width() * block), one(units.width()), figures(draws.size());
  units.add_block(sums, weights);
  for (std::size_t b = 0; b < count; ++b) {
    for (std::size_t i = 0; i < one.size(); ++i) one[i] = sums[i * block + b];
    statistic(one, figures);
    for (std::size_t f = 0; f < figures.size(); ++f) draws[f][first + b] = figures[f];
  }
}

}  // namespace

Replicates resample(const UnitSums& units, std::size_t figures, const Statistic& statistic, int draws,
                    std::uint64_t seed, int threads) {
  const std::size_t n = units.units();
  const std::vector<double> total = units.total();
  Replicates result;
  result.estimates.resize(figures);
  statistic(total, result.estimates);
  result.draws.assign(figures, std::vector<double>(static_cast<std::size_t>(n > 0 ? draws : 0)));
  result.jackknife.assign(figures, std::vector<double>(n));
  const std::size_t wanted = result.draws.empty() ? 0 : result.draws[0].size();
  parallel_for((wanted + UnitSums::block - 1) / UnitSums::block, threads,
               [&](std::size_t i) { draw_block(units, statistic, seed, i * UnitSums::block, result.draws); });
  std::vector<double> sums(units.width()), values(figures);
  for (std::size_t unit = 0; unit < n; ++unit) {
    sums = total;
    units.add_to(sums, unit, -1);
    statistic(sums, values);
    for (std::size_t f = 0; f < figures; ++f) result.jackknife[f][unit] = values[f];
  }
  return result;
}

}  // namespace ser
