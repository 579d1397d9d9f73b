#include <ser/eval/group_rates.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ser {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

}  // namespace

GroupRates GroupStatistic::rates(std::span<const double> sums, std::size_t group) const {
  const std::vector<double> zeros(classes_);
  GroupRates mean{zeros, zeros, zeros, zeros, 0, 0, 0};
  for (std::size_t seed = 0; seed < seeds_; ++seed)
    add_rates(sums.subspan(place(group, seed), 3 * classes_), 1 / static_cast<double>(seeds_), mean);
  return mean;
}

void GroupStatistic::operator()(std::span<const double> sums, std::span<double> figures) const {
  std::vector<GroupRates> all;
  for (std::size_t g = 0; g < groups_; ++g) {
    const GroupRates& one = all.emplace_back(rates(sums, g));
    figures[3 * g] = one.uar, figures[3 * g + 1] = one.war, figures[3 * g + 2] = one.macro_f1;
  }
  aggregate_gaps(rate_gaps(all, &GroupRates::tpr), figures.subspan(first_gap(), 3));
  aggregate_gaps(rate_gaps(all, &GroupRates::positive), figures.subspan(first_gap() + 3, 3));
  aggregate_gaps(odds_gaps(all), figures.subspan(first_gap() + 6, 3));
}

void GroupStatistic::add_rates(std::span<const double> sums, double share, GroupRates& mean) const {
  double n = 0, hits = 0, recalls = 0, f1 = 0, present = 0;
  for (std::size_t k = 0; k < classes_; ++k) n += sums[classes_ + k], hits += sums[k];
  for (std::size_t k = 0; k < classes_; ++k) {
    const double support = sums[classes_ + k], predicted = sums[2 * classes_ + k], hit = sums[k];
    mean.base[k] += share * (n > 0 ? support / n : undefined);
    mean.positive[k] += share * (n > 0 ? predicted / n : undefined);
    mean.tpr[k] += share * (support >= fewest_ ? hit / support : undefined);
    mean.fpr[k] += share * (n - support >= fewest_ ? (predicted - hit) / (n - support) : undefined);
    if (support > 0) ++present, recalls += hit / support, f1 += 2 * hit / (support + predicted);
  }
  mean.uar += share * (present > 0 ? recalls / present : undefined);
  mean.war += share * (n > 0 ? hits / n : undefined);
  mean.macro_f1 += share * (present > 0 ? f1 / present : undefined);
}

std::vector<double> rate_gaps(const std::vector<GroupRates>& groups, std::vector<double> GroupRates::*rate) {
  std::vector<double> result;
  for (std::size_t k = 0; k < (groups[0].*rate).size(); ++k) {
    double low = 2, high = -1;
    std::size_t count = 0;
    for (const GroupRates& one : groups)
      if (const double value = (one.*rate)[k]; !std::isnan(value))
        low = std::min(low, value), high = std::max(high, value), ++count;
    result.push_back(count > 1 ? high - low : undefined);
  }
  return result;
}

std::vector<double> odds_gaps(const std::vector<GroupRates>& groups) {
  std::vector<double> tpr = rate_gaps(groups, &GroupRates::tpr);
  const std::vector<double> fpr = rate_gaps(groups, &GroupRates::fpr);
  for (std::size_t k = 0; k < tpr.size(); ++k)
    tpr[k] = std::isnan(tpr[k]) || std::isnan(fpr[k]) ? undefined : std::max(tpr[k], fpr[k]);
  return tpr;
}

void aggregate_gaps(const std::vector<double>& gaps, std::span<double> three) {
  double n = 0, sum = 0, squares = 0, most = 0;
  for (const double gap : gaps)
    if (!std::isnan(gap)) ++n, sum += gap, squares += gap * gap, most = std::max(most, gap);
  three[0] = n > 0 ? sum / n : undefined;
  three[1] = n > 0 ? std::sqrt(squares / n) : undefined;
  three[2] = n > 0 ? most : undefined;
}

}  // namespace ser
