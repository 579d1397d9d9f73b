// Rates of groups and the gaps between them, from sums over utterances.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ser {

/// Of one group, means over seeds; NaN where too few utterances stand behind a rate.
struct GroupRates {
  std::vector<double> base, positive, tpr, fpr;  ///< [class]
  double uar = 0, war = 0, macro_f1 = 0;
};

/// Sums per group and seed: hits, support and predictions per class. Figures, in this order: per group UAR, WAR and
/// macro-F1; mean, root mean square and maximum of the TPR, the DP and the equalised-odds gaps.
class GroupStatistic {
 public:
  GroupStatistic(std::size_t groups, std::size_t classes, std::size_t seeds, double fewest)
      : groups_(groups), classes_(classes), seeds_(seeds), fewest_(fewest) {}

  std::size_t width() const { return groups_ * block(); }
  std::size_t block() const { return seeds_ * 3 * classes_; }  ///< numbers of one group
  std::size_t figures() const { return 3 * groups_ + 9; }
  /// Place of the first figure of gaps.
  std::size_t first_gap() const { return 3 * groups_; }
  std::size_t place(std::size_t group, std::size_t seed) const { return group * block() + seed * 3 * classes_; }
  GroupRates rates(std::span<const double> sums, std::size_t group) const;
  void operator()(std::span<const double> sums, std::span<double> figures) const;

 private:
  void add_rates(std::span<const double> sums, double share, GroupRates& mean) const;
  std::size_t groups_, classes_, seeds_;
  double fewest_;
};

/// Per class, max - min over the groups where the rate is defined; NaN for fewer than two.
std::vector<double> rate_gaps(const std::vector<GroupRates>& groups, std::vector<double> GroupRates::*rate);
/// One class against the rest: of each class the larger of its TPR and FPR gap.
std::vector<double> odds_gaps(const std::vector<GroupRates>& groups);
/// Mean, root mean square, maximum of the gaps that are defined.
void aggregate_gaps(const std::vector<double>& gaps, std::span<double> three);

}  // namespace ser
