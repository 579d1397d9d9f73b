#include <fmt/format.h>
#include <ser/base/error.h>
#include <ser/base/parallel.h>
#include <ser/base/random.h>
#include <ser/eval/column_lookup.h>
#include <ser/eval/fairness.h>
#include <ser/eval/group_rates.h>
#include <ser/eval/task_rows.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <set>

namespace ser {

void describe_options(OptionTable& table, FairnessOptions& options) {
  table
      .add("group", options.group,
           "column of the manifest or of the table that holds the groups: gender, age, language, ...")
      .required();
  table.add("fewest", options.fewest, "utterances of a class below which a group's rate is n/a and left out")
      .at_least(1);
  describe_options(table, options.intervals);
}

namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

/// Rows with a reference class and a known group, and the place of each in the sorted groups.
struct GroupedRows {
  PredictionRows rows;
  std::vector<std::size_t> group_of_row;
  std::vector<std::string> groups;
  std::size_t unknown = 0;
};

GroupedRows grouped(const PredictionRows& all, const ColumnLookup& column) {
  GroupedRows result;
  std::set<std::string> names, unknown;
  for (const Prediction* row : all) {
    if (row->label.empty()) continue;
    const std::string group = column.of(*row);
    if (group.empty())
      unknown.insert(row->id);
    else
      result.rows.push_back(row), names.insert(group);
  }
  result.unknown = unknown.size();
  result.groups.assign(names.begin(), names.end());
  for (const Prediction* row : result.rows)
    result.group_of_row.push_back(static_cast<std::size_t>(std::distance(names.begin(), names.find(column.of(*row)))));
  return result;
}

UnitSums group_sums(const GroupedRows& grouped, const ResamplingUnits& units, const GroupStatistic& statistic,
                    const std::vector<std::string>& classes) {
  std::map<std::string, std::size_t> index;
  for (std::size_t k = 0; k < classes.size(); ++k) index.emplace(classes[k], k);
  std::map<int, std::size_t> seeds;
  for (const Prediction* row : grouped.rows) seeds.emplace(row->seed, 0);
  std::size_t next = 0;
  for (auto& [seed, place] : seeds) place = next++;
  std::vector<std::vector<std::size_t>> rows_of_unit(units.names.size());
  for (std::size_t i = 0; i < grouped.rows.size(); ++i) rows_of_unit[units.of_row[i]].push_back(i);
  UnitSums sums(statistic.width());
  for (const auto& rows : rows_of_unit) {
    std::vector<double> one(statistic.width());
    for (const std::size_t i : rows) {
      const Prediction& row = *grouped.rows[i];
      double* at = one.data() + statistic.place(grouped.group_of_row[i], seeds.at(row.seed));
      const std::size_t truth = index.at(row.label), guess = predicted_class(row);
      at[truth] += truth == guess, ++at[classes.size() + truth], ++at[2 * classes.size() + guess];
    }
    sums.add(one);
  }
  return sums;
}

std::size_t worst(const std::vector<GroupScores>& groups, Measured GroupScores::*figure) {
  std::size_t worst = 0;
  for (std::size_t g = 1; g < groups.size(); ++g)
    if ((groups[g].*figure).value < (groups[worst].*figure).value) worst = g;
  return worst;
}

void add_notes(Fairness& result, const FairnessOptions& options) {
  std::size_t small = 0;
  for (const GroupScores& group : result.groups)
    for (std::size_t k = 0; k < result.classes.size(); ++k)
      small += std::isnan(group.true_positive_rate[k]) && group.base_rate[k] >= 0;
  if (small > 0)
    result.notes.push_back({Note::Kind::information, "small-cells",
                            fmt::format("{} of {} cells of group and class have fewer than {} utterances: their rates "
                                        "are n/a and left out of the gaps.",
                                        small, result.groups.size() * result.classes.size(), options.fewest)});
  if (result.unknown_group > 0)
    result.notes.push_back({Note::Kind::not_checked, "unknown-groups",
                            fmt::format("{} utterances have no {}: left out.", result.unknown_group, result.column)});
  for (const GroupScores& group : result.groups)
    if (group.speakers > 0 && group.speakers < fewest_units)
      result.notes.push_back(
          {Note::Kind::warning, "few-speakers",
           fmt::format("{} {}: only {} speakers; a difference may be that of persons, not of groups.", result.column,
                       group.name, group.speakers)});
  if (result.resampling.unit == "utterance" && result.resampling.method != "none")
    result.notes.push_back(
        {result.resampling.reason == "asked for" ? Note::Kind::information : Note::Kind::not_checked, "interval-unit",
         fmt::format("Intervals are by utterance ({}): too narrow where speakers differ.", result.resampling.reason)});
}

/// How many shuffles of the groups among the speakers give gaps at least as large: p of the mean gaps. The figures are
/// TPR, DP, equalised odds. NaN where a unit has two groups (then groups are not those of speakers).
std::vector<double> shuffle_test(const UnitSums& sums, const std::vector<std::size_t>& group_of_unit,
                                 const GroupStatistic& statistic, const IntervalOptions& options, int threads) {
  const std::size_t block = statistic.block(), units = sums.units();
  std::vector<std::vector<double>> of_unit(units, std::vector<double>(block));
  for (std::size_t u = 0; u < units; ++u) {
    std::vector<double> all(sums.width());
    sums.add_to(all, u, 1);
    std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(group_of_unit[u] * block), block, of_unit[u].begin());
  }
  const auto gaps_of = [&](const std::vector<std::size_t>& groups) {
    std::vector<double> total(sums.width()), figures(statistic.figures());
    for (std::size_t u = 0; u < units; ++u)
      for (std::size_t i = 0; i < block; ++i) total[groups[u] * block + i] += of_unit[u][i];
    statistic(total, figures);
    const std::size_t at = statistic.first_gap();
    return std::vector<double>{figures[at], figures[at + 3], figures[at + 6]};
  };
  const std::vector<double> observed = gaps_of(group_of_unit);
  std::vector<std::vector<double>> shuffled(static_cast<std::size_t>(options.draws));
  parallel_for(shuffled.size(), threads, [&](std::size_t draw) {
    std::vector<std::size_t> groups = group_of_unit;
    Random(options.seed, "groups", draw).shuffle(groups);
    shuffled[draw] = gaps_of(groups);
  });
  std::vector<double> p;
  for (std::size_t f = 0; f < observed.size(); ++f) {
    double extreme = 1;
    for (const auto& gaps : shuffled) extreme += !(gaps[f] < observed[f] - 1e-12);
    p.push_back(std::isnan(observed[f]) ? undefined : extreme / (1.0 + options.draws));
  }
  return p;
}

/// The group of each unit; nothing when a unit has several.
std::optional<std::vector<std::size_t>> group_of_units(const GroupedRows& rows, const ResamplingUnits& units) {
  std::vector<std::size_t> result(units.names.size(), rows.groups.size());
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    std::size_t& group = result[units.of_row[i]];
    if (group != rows.groups.size() && group != rows.group_of_row[i]) return std::nullopt;
    group = rows.group_of_row[i];
  }
  return result;
}

/// Utterances and speakers of each group.
void count_members(Fairness& result, const GroupedRows& rows, const ColumnLookup& speakers) {
  std::vector<std::set<std::string>> ids(rows.groups.size()), persons(rows.groups.size());
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    ids[rows.group_of_row[i]].insert(rows.rows[i]->id);
    if (const std::string speaker = speakers.of(*rows.rows[i]); !speaker.empty())
      persons[rows.group_of_row[i]].insert(speaker);
  }
  for (std::size_t g = 0; g < rows.groups.size(); ++g)
    result.groups[g].utterances = ids[g].size(), result.groups[g].speakers = persons[g].size();
}

void measure(Fairness& result, const GroupedRows& rows, const ResamplingUnits& units, const FairnessOptions& options,
             int threads) {
  const std::string& method = result.resampling.method;
  const GroupStatistic statistic(rows.groups.size(), result.classes.size(), count_seeds(rows.rows), options.fewest);
  const UnitSums sums = group_sums(rows, units, statistic, result.classes);
  const Replicates replicates = resample(sums, statistic.figures(), std::cref(statistic),
                                         method == "bca" || method == "percentile" ? options.intervals.draws : 0,
                                         options.intervals.seed, threads);
  const auto measured = [&](std::size_t f) {
    return Measured{replicates.estimates[f],
                    make_interval(replicates.estimates[f], replicates.draws[f], replicates.jackknife[f], method,
                                  options.intervals.level, 0, 1)};
  };
  const std::vector<double> total = sums.total();
  std::vector<GroupRates> rates;
  for (std::size_t g = 0; g < rows.groups.size(); ++g) {
    const GroupRates& one = rates.emplace_back(statistic.rates(total, g));
    result.groups.push_back({rows.groups[g], 0, 0, measured(3 * g), measured(3 * g + 1), measured(3 * g + 2), one.base,
                             one.positive, one.tpr, one.fpr});
  }
  const std::size_t at = statistic.first_gap();
  std::vector<double> p(3, undefined);
  if (const auto groups = options.test ? group_of_units(rows, units) : std::nullopt)
    p = shuffle_test(sums, *groups, statistic, options.intervals, threads);
  const auto gap = [&](std::vector<double> of_class, std::size_t which) {
    return Gap{std::move(of_class), measured(at + 3 * which), measured(at + 3 * which + 1),
               measured(at + 3 * which + 2), p[which]};
  };
  result.true_positive = gap(rate_gaps(rates, &GroupRates::tpr), 0);
  result.demographic_parity = gap(rate_gaps(rates, &GroupRates::positive), 1);
  result.equalised_odds = gap(odds_gaps(rates), 2);
  result.worst_uar = worst(result.groups, &GroupScores::uar);
  result.worst_macro_f1 = worst(result.groups, &GroupScores::macro_f1);
}

}  // namespace

std::vector<Fairness> fairness(const PredictionSource& source, std::span<const Manifest> manifests,
                               const std::string& part, const FairnessOptions& options, int threads) {
  if (source.table.classes.empty()) throw_error<DataError>("{}: fairness needs classes", source.name);
  const ColumnLookup column(source.table, manifests, options.group), speakers(source.table, manifests, "speaker");
  if (column.missing())
    throw_error<UsageError>("group: no column '{}' in {}; give the manifest that has it", options.group, source.name);
  std::vector<Fairness> results;
  for (const TaskRows& task : split_tasks(scored_rows(source.table, part, source.name), source.run)) {
    const GroupedRows rows = grouped(task.all(), column);
    if (rows.groups.size() < 2)
      throw_error<DataError>("{}: column '{}' has {} among the scored utterances; fairness needs two groups or more",
                             source.name, options.group,
                             rows.groups.empty() ? "no value" : "only the value '" + rows.groups[0] + "'");
    Fairness& result = results.emplace_back();
    result.column = options.group, result.name = source.name;
    result.task = task_title(task.kind, task.train_corpora, task.test_corpora);
    result.classes = source.table.classes;
    result.unknown_group = rows.unknown;
    const auto speaker_of = [&](const Prediction& row) { return speakers.of(row); };
    const ResamplingUnits units = resampling_units(rows.rows, speaker_of, options.intervals.unit);
    result.resampling = describe_resampling(units, options.intervals);
    measure(result, rows, units, options, threads);
    count_members(result, rows, speakers);
    add_notes(result, options);
  }
  return results;
}

}  // namespace ser
