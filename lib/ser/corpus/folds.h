// Dividing groups (speakers, sessions) or utterances into folds: the algorithms behind the protocols, on plain counts.
#pragma once

#include <ser/base/random.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace ser {

/// Utterances that must stay together, by the sorted names of their groups, so that nothing depends on the order of
/// the rows.
struct Grouping {
  std::vector<std::string> names;                      ///< sorted
  std::vector<std::vector<std::size_t>> members;       ///< [group]: utterance indices in the order given
  std::vector<std::vector<std::size_t>> class_counts;  ///< [group][class]
};

/// Groups the utterances `members` by `group_of` (name per utterance); `labels` holds class indices >= 0 per utterance.
Grouping group_utterances(std::span<const std::size_t> members, std::span<const std::string> group_of,
                          std::span<const int> labels, std::size_t classes);

/// Assigns groups to `folds` folds so that each fold has its share of every class: groups in decreasing order of the
/// standard deviation of their class counts (stable) go one after the other to the fold that minimises the mean over
/// classes of the standard deviation across folds of (count in the fold / total); ties go to the fold with fewer
/// samples. `class_counts` is [group][class]; the result is the fold of each group. The same folds as scikit-learn's
/// StratifiedGroupKFold without shuffling, but for their numbering where several are equally good.
std::vector<std::size_t> balance_groups(std::span<const std::vector<std::size_t>> class_counts, std::size_t folds);

/// balance_groups after a shuffle of the groups. The result is [fold]: indices into `groups`, ascending.
std::vector<std::vector<std::size_t>> stratified_group_folds(const Grouping& groups, std::size_t folds, Random random);

/// Folds of similar size regardless of class: after a shuffle, the largest group first, each to the smallest fold.
std::vector<std::vector<std::size_t>> sized_group_folds(const Grouping& groups, std::size_t folds, Random random);

/// Per class the number of groups that have it, counting only classes that occur.
std::vector<std::size_t> groups_per_class(const Grouping& groups);

/// Chooses the groups of a development part of about `fraction` of the utterances, by an inner stratified group split
/// into round(1 / fraction) folds (at least 2, at most the number of groups): of these folds the one that takes no
/// class away from training where possible, then has most classes, then is nearest to the fraction. Indices into
/// `groups`, ascending; empty when there is only one group.
std::vector<std::size_t> development_groups(const Grouping& groups, double fraction, Random random);

}  // namespace ser
