// The permutation test of two systems on the same units.
#pragma once

#include <ser/eval/resampling.h>

#include <cstdint>
#include <vector>

namespace ser {

/// If two systems are alike, a speaker's results could as well have come from the other one. Swaps the two systems'
/// sums of each unit with probability 1/2 and counts how often the figures of the swapped systems differ at least as
/// much as they do: p = (1 + count) / (1 + draws), two-sided, for each figure. Where 2^units is at most `draws`, all
/// swaps are tried instead and p is exact. `a` and `b` have the same units and width. NaN where a figure is not
/// defined.
std::vector<double> swap_test(const UnitSums& a, const UnitSums& b, std::size_t figures, const Statistic& statistic,
                              int draws, std::uint64_t seed, int threads = 1);

/// The smallest p that the test can give with so many units and draws.
double smallest_swap_p(std::size_t units, int draws);

/// Holm 1979: p-values of several tests, made such that comparing each with alpha keeps the chance of any false
/// finding below alpha. NaN stays NaN and is not counted.
std::vector<double> holm(const std::vector<double>& p);

}  // namespace ser
