#include <ser/base/table.h>
#include <ser/base/text.h>
#include <ser/corpus/folds.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <numeric>

using namespace ser;

namespace {

Grouping random_groups(std::uint64_t seed) {
  Random random(seed, "groups");
  std::vector<int> labels;
  std::vector<std::string> names;
  const std::size_t groups = 2 + random.below(30);
  for (std::size_t g = 0; g < groups; ++g)
    for (std::uint64_t n = 1 + random.below(40); n > 0; --n) {
      labels.push_back(static_cast<int>(random.below(4)));
      names.push_back("g" + std::to_string(g));
    }
  std::vector<std::size_t> members(labels.size());
  std::iota(members.begin(), members.end(), std::size_t{0});
  return group_utterances(members, names, labels, 4);
}

std::vector<std::size_t> once_each(std::size_t n) {
  std::vector<std::size_t> all(n);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

/// Folds renumbered by first appearance: which of several equal folds comes first is a matter of rounding.
std::vector<std::size_t> renumbered(const std::vector<std::size_t>& fold_of) {
  std::map<std::size_t, std::size_t> number;
  std::vector<std::size_t> result;
  for (const std::size_t fold : fold_of) result.push_back(number.emplace(fold, number.size()).first->second);
  return result;
}

}  // namespace

TEST_CASE("groups are balanced over folds as scikit-learn's StratifiedGroupKFold does") {
  const Table table = read_table(SER_SOURCE_DIR "/tests/golden/folds/stratified_group_kfold.tsv");
  std::map<std::string, std::vector<std::size_t>> rows_of;
  for (std::size_t row = 0; row < table.rows.size(); ++row) rows_of[table.rows[row][0]].push_back(row);
  REQUIRE(rows_of.size() == 5);
  for (const auto& [name, rows] : rows_of) {
    std::vector<std::vector<std::size_t>> counts;
    std::vector<std::size_t> expected;
    for (const std::size_t row : rows) {
      expected.push_back(std::stoul(table.rows[row][3]));
      auto& group = counts.emplace_back();
      for (const std::string& count : split_words(table.rows[row][4])) group.push_back(std::stoul(count));
    }
    INFO("case " << name);
    CHECK(renumbered(balance_groups(counts, std::stoul(table.rows[rows[0]][1]))) == renumbered(expected));
  }
}

TEST_CASE("each group is in exactly one fold, and no fold is empty while there are groups enough") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Grouping groups = random_groups(seed);
    const std::size_t k = 2 + seed % 5;
    for (const auto& folds : {stratified_group_folds(groups, k, Random(seed, "test")),
                              sized_group_folds(groups, k, Random(seed, "test"))}) {
      std::vector<std::size_t> seen;
      for (const auto& fold : folds) seen.insert(seen.end(), fold.begin(), fold.end());
      std::sort(seen.begin(), seen.end());
      CHECK(seen == once_each(groups.names.size()));
      if (groups.names.size() >= k)
        CHECK(std::none_of(folds.begin(), folds.end(), [](const auto& fold) { return fold.empty(); }));
    }
  }
}

TEST_CASE("single utterances as groups give folds that differ by one per class at most") {
  std::vector<int> labels;
  std::vector<std::string> names;
  for (int i = 0; i < 103; ++i) labels.push_back(i % 3 == 0), names.push_back("u" + std::to_string(i));
  const Grouping groups = group_utterances(once_each(103), names, labels, 2);
  for (const auto& fold : stratified_group_folds(groups, 5, Random(1, "test"))) {
    std::size_t ones = 0;
    for (const std::size_t g : fold) ones += groups.class_counts[g][1];
    CHECK(ones == 7);
    CHECK(fold.size() >= 20);
    CHECK(fold.size() <= 21);
  }
}

TEST_CASE("folds by size put the largest groups apart") {
  std::vector<int> labels(60, 0);
  std::vector<std::string> names;
  for (int i = 0; i < 60; ++i) names.push_back(i < 30 ? "large" : "small" + std::to_string(i / 10));
  const Grouping groups = group_utterances(once_each(60), names, labels, 1);
  for (const auto& fold : sized_group_folds(groups, 2, Random(3, "test"))) {
    std::size_t size = 0;
    for (const std::size_t g : fold) size += groups.members[g].size();
    CHECK(size == 30);
  }
}

TEST_CASE("a development part leaves every class to training where it can") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Grouping groups = random_groups(seed);
    const std::size_t rare = groups.names.size() / 2;
    for (std::size_t g = 0; g < groups.names.size(); ++g)
      if (g != rare) groups.class_counts[g][0] = 0;
    if (groups.names.size() < 4 || groups.class_counts[rare][0] == 0) continue;
    const auto dev = development_groups(groups, 0.2, Random(seed, "test"));
    CHECK_FALSE(dev.empty());
    CHECK(std::find(dev.begin(), dev.end(), rare) == dev.end());
  }
}

TEST_CASE("one group alone has no development part to give") {
  const std::vector<int> labels(5, 0);
  const std::vector<std::string> names(5, "only");
  CHECK(development_groups(group_utterances(once_each(5), names, labels, 1), 0.2, Random(1, "test")).empty());
}
