#include <ser/corpus/folds.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

namespace ser {
namespace {

std::vector<std::size_t> shuffled_order(std::size_t count, Random& random) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  random.shuffle(order);
  return order;
}

std::size_t sum(const std::vector<std::size_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
}

double standard_deviation(std::span<const double> values) {
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / n);
}

/// The folds while groups are being assigned.
class FoldBalance {
 public:
  FoldBalance(std::span<const std::vector<std::size_t>> class_counts, std::size_t folds)
      : totals_(class_counts.empty() ? 0 : class_counts[0].size()), sizes_(folds), shares_(totals_.size()) {
    for (const auto& counts : class_counts)
      for (std::size_t c = 0; c < counts.size(); ++c) totals_[c] += counts[c];
    for (auto& share : shares_) share.assign(folds, 0.0);
    for (const auto& share : shares_) spread_.push_back(standard_deviation(share));
  }

  std::size_t best_fold(const std::vector<std::size_t>& counts) {
    std::size_t best = 0;
    double best_cost = cost_with(counts, 0);
    for (std::size_t fold = 1; fold < sizes_.size(); ++fold) {
      const double cost = cost_with(counts, fold);
      const bool equal = std::abs(cost - best_cost) <= 1e-8 + 1e-5 * std::abs(best_cost);
      if (equal ? sizes_[fold] < sizes_[best] : cost < best_cost) best_cost = cost, best = fold;
    }
    return best;
  }

  void add(const std::vector<std::size_t>& counts, std::size_t fold) {
    for (std::size_t c = 0; c < counts.size(); ++c) {
      if (counts[c] == 0) continue;
      shares_[c][fold] += share(counts, c);
      spread_[c] = standard_deviation(shares_[c]);
    }
    sizes_[fold] += sum(counts);
  }

 private:
  double share(const std::vector<std::size_t>& counts, std::size_t c) const {
    return static_cast<double>(counts[c]) / static_cast<double>(totals_[c]);
  }

  double cost_with(const std::vector<std::size_t>& counts, std::size_t fold) {
    double cost = 0;
    for (std::size_t c = 0; c < counts.size(); ++c) {
      if (counts[c] == 0) {
        cost += spread_[c];
        continue;
      }
      const double before = shares_[c][fold];
      shares_[c][fold] += share(counts, c);
      cost += standard_deviation(shares_[c]);
      shares_[c][fold] = before;
    }
    return cost / static_cast<double>(counts.size());
  }

  std::vector<std::size_t> totals_;          // [class]
  std::vector<std::size_t> sizes_;           // [fold]
  std::vector<std::vector<double>> shares_;  // [class][fold], count / total
  std::vector<double> spread_;               // [class]
};

std::vector<std::vector<std::size_t>> collect(const std::vector<std::size_t>& order,
                                              const std::vector<std::size_t>& fold_of, std::size_t folds) {
  std::vector<std::vector<std::size_t>> collected(folds);
  for (std::size_t i = 0; i < order.size(); ++i) collected[fold_of[i]].push_back(order[i]);
  for (auto& groups : collected) std::sort(groups.begin(), groups.end());
  return collected;
}

}  // namespace

Grouping group_utterances(std::span<const std::size_t> members, std::span<const std::string> group_of,
                          std::span<const int> labels, std::size_t classes) {
  std::map<std::string_view, std::vector<std::size_t>> by_name;
  for (const std::size_t i : members) by_name[group_of[i]].push_back(i);
  Grouping grouping;
  for (auto& [name, inside] : by_name) {
    grouping.names.emplace_back(name);
    auto& counts = grouping.class_counts.emplace_back(classes);
    for (const std::size_t i : inside) ++counts[static_cast<std::size_t>(labels[i])];
    grouping.members.push_back(std::move(inside));
  }
  return grouping;
}

std::vector<std::size_t> balance_groups(std::span<const std::vector<std::size_t>> class_counts, std::size_t folds) {
  std::vector<double> deviation;
  for (const auto& counts : class_counts)
    deviation.push_back(standard_deviation(std::vector<double>(counts.begin(), counts.end())));
  std::vector<std::size_t> order(class_counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return deviation[a] > deviation[b]; });
  FoldBalance balance(class_counts, folds);
  std::vector<std::size_t> fold_of(class_counts.size());
  for (const std::size_t group : order) {
    fold_of[group] = balance.best_fold(class_counts[group]);
    balance.add(class_counts[group], fold_of[group]);
  }
  return fold_of;
}

std::vector<std::vector<std::size_t>> stratified_group_folds(const Grouping& groups, std::size_t folds, Random random) {
  const std::vector<std::size_t> order = shuffled_order(groups.names.size(), random);
  std::vector<std::vector<std::size_t>> counts;
  for (const std::size_t group : order) counts.push_back(groups.class_counts[group]);
  return collect(order, balance_groups(counts, folds), folds);
}

std::vector<std::vector<std::size_t>> sized_group_folds(const Grouping& groups, std::size_t folds, Random random) {
  std::vector<std::size_t> order = shuffled_order(groups.names.size(), random);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return groups.members[a].size() > groups.members[b].size(); });
  std::vector<std::size_t> sizes(folds), fold_of;
  for (const std::size_t group : order) {
    const auto smallest = std::min_element(sizes.begin(), sizes.end());
    *smallest += groups.members[group].size();
    fold_of.push_back(static_cast<std::size_t>(smallest - sizes.begin()));
  }
  return collect(order, fold_of, folds);
}

std::vector<std::size_t> groups_per_class(const Grouping& groups) {
  std::vector<std::size_t> present;
  const std::size_t classes = groups.class_counts.empty() ? 0 : groups.class_counts[0].size();
  for (std::size_t c = 0; c < classes; ++c) {
    const auto having = std::count_if(groups.class_counts.begin(), groups.class_counts.end(),
                                      [&](const auto& counts) { return counts[c] > 0; });
    if (having > 0) present.push_back(static_cast<std::size_t>(having));
  }
  return present;
}

std::vector<std::size_t> development_groups(const Grouping& groups, double fraction, Random random) {
  if (groups.names.size() < 2) return {};
  const std::size_t wanted = static_cast<std::size_t>(std::max(2.0, std::round(1 / fraction)));
  const auto folds = stratified_group_folds(groups, std::min(wanted, groups.names.size()), random);
  std::size_t total = 0;
  std::vector<std::size_t> class_totals(groups.class_counts[0].size());
  for (const auto& counts : groups.class_counts)
    for (std::size_t c = 0; c < counts.size(); ++c) class_totals[c] += counts[c], total += counts[c];
  const auto cost = [&](const std::vector<std::size_t>& fold) {
    std::vector<std::size_t> inside(class_totals.size());
    for (const std::size_t group : fold)
      for (std::size_t c = 0; c < inside.size(); ++c) inside[c] += groups.class_counts[group][c];
    std::size_t lost = 0, missing = 0;
    for (std::size_t c = 0; c < inside.size(); ++c) {
      lost += class_totals[c] > 0 && inside[c] == class_totals[c];
      missing += class_totals[c] > 0 && inside[c] == 0;
    }
    if (sum(inside) == 0) lost = inside.size() + 1;
    const double size = static_cast<double>(sum(inside)) / static_cast<double>(total);
    return std::tuple(lost, missing, std::abs(size - fraction));
  };
  return *std::min_element(folds.begin(), folds.end(), [&](const auto& a, const auto& b) { return cost(a) < cost(b); });
}

}  // namespace ser
