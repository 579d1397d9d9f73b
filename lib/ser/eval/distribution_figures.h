// How far a predicted label distribution is from the raters' (the six metrics of Geng 2016 as PyLDL computes them).
#pragma once

#include <span>

namespace ser {

/// Of one utterance; low is better but for the last two.
struct DistributionScores {
  double chebyshev = 0;         ///< max_c |u_c - v_c|
  double clark = 0;             ///< sqrt(sum_c (u_c - v_c)^2 / (u_c + v_c)^2), not divided by sqrt(K)
  double canberra = 0;          ///< sum_c |u_c - v_c| / (u_c + v_c), not divided by K
  double kullback_leibler = 0;  ///< sum_c u_c ln(u_c / v_c), nats, truth against prediction
  double cosine = 0;            ///< u.v / (|u| |v|)
  double intersection = 0;      ///< 1 - sum_c |u_c - v_c| / 2
};

/// `truth` u and `predicted` v are [class]. Clark, Canberra and KL clip both to [2.2e-16, 1] first, without scaling
/// them to sum to 1 again.
DistributionScores distribution_scores(std::span<const double> truth, std::span<const double> predicted);

}  // namespace ser
