#include <fmt/format.h>
#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/eval/column_lookup.h>
#include <ser/eval/comparison.h>
#include <ser/eval/paired_rows.h>
#include <ser/eval/permutation.h>
#include <ser/eval/probability.h>
#include <ser/eval/verdict.h>

#include <algorithm>
#include <cmath>

namespace ser {

void describe_options(OptionTable& table, ComparisonOptions& options) {
  table.add("metric", options.metric,
            "figure that the verdict is about: uar, war, macro_f1, kl, ccc_arousal, ...; auto is uar, for "
            "distributions kl, for dimensions the (mean) CCC");
  describe_options(table, options.intervals);
}

namespace {

/// Figures of both tables: a's sums, then b's; out: a, b, b - a.
Statistic paired_statistic(const FigureSet& set, std::size_t seeds_a, std::size_t seeds_b) {
  return [&set, seeds_a, seeds_b](std::span<const double> sums, std::span<double> out) {
    const std::size_t count = set.names().size(), split = seeds_a * set.width();
    mean_over_seeds(set, seeds_a)(sums.first(split), out.first(count));
    mean_over_seeds(set, seeds_b)(sums.subspan(split), out.subspan(count, count));
    for (std::size_t f = 0; f < count; ++f) out[2 * count + f] = out[count + f] - out[f];
  };
}

UnitSums joined(const UnitSums& a, const UnitSums& b) {
  UnitSums both(a.width() + b.width());
  for (std::size_t unit = 0; unit < a.units(); ++unit) {
    std::vector<double> sums(both.width());
    a.add_to(std::span(sums).first(a.width()), unit, 1);
    b.add_to(std::span(sums).last(b.width()), unit, 1);
    both.add(sums);
  }
  return both;
}

std::vector<PairedFigure> paired_figures(const PairedRows& pair, const FigureSet& set, const Comparison& comparison,
                                         const IntervalOptions& options, int threads) {
  const std::size_t count = set.names().size();
  const std::string& method = comparison.resampling.method;
  const UnitSums a = unit_sums(pair.a, pair.units_a, set), b = unit_sums(pair.b, pair.units_b, set);
  const Replicates replicates =
      resample(joined(a, b), 3 * count, paired_statistic(set, comparison.seeds_a, comparison.seeds_b),
               method == "bca" || method == "percentile" ? options.draws : 0, options.seed, threads);
  const std::vector<double> p = swap_test(
      mean_over_seeds(a, comparison.seeds_a), mean_over_seeds(b, comparison.seeds_b), count,
      [&](auto sums, auto figures) { set.figures(sums, figures); }, options.draws, options.seed, threads);
  std::vector<PairedFigure> figures;
  for (std::size_t f = 0; f < count; ++f) {
    PairedFigure& one = figures.emplace_back();
    one.name = set.names()[f];
    one.a = replicates.estimates[f], one.b = replicates.estimates[count + f];
    one.difference = replicates.estimates[2 * count + f];
    one.interval = make_interval(one.difference, replicates.draws[2 * count + f], replicates.jackknife[2 * count + f],
                                 method, options.level);
    one.p = p[f];
  }
  return figures;
}

McNemar mcnemar(const std::vector<bool>& right_a, const std::vector<bool>& right_b) {
  McNemar result;
  for (std::size_t i = 0; i < right_a.size(); ++i)
    ++(right_a[i] ? (right_b[i] ? result.both : result.only_a) : (right_b[i] ? result.only_b : result.neither));
  if (!right_a.empty()) result.p = even_split_p(result.only_a, result.only_b);
  return result;
}

std::size_t headline_of(const std::vector<PairedFigure>& figures, const std::string& metric) {
  const auto find = [&](const std::string& key) {
    return std::find_if(figures.begin(), figures.end(), [&](const auto& f) { return f.name.key == key; });
  };
  if (metric != "auto") {
    std::vector<std::string> keys;
    for (const PairedFigure& figure : figures) keys.push_back(figure.name.key);
    if (find(metric) == figures.end())
      throw_error<UsageError>("metric: '{}' is not among the figures of these tables{}", metric,
                              suggestion(metric, keys));
  }
  for (const std::string& key : {metric, std::string("kl"), std::string("uar"), std::string("ccc_mean")})
    if (const auto at = find(key); at != figures.end()) return static_cast<std::size_t>(at - figures.begin());
  return 0;
}

Comparison compare_pair(const PredictionSource& a, const PredictionSource& b, const PairedRows& pair,
                        const ComparisonOptions& options, int threads) {
  Comparison comparison;
  comparison.a = a.name, comparison.b = b.name;
  comparison.utterances = pair.utterances;
  comparison.seeds_a = count_seeds(pair.a), comparison.seeds_b = count_seeds(pair.b);
  comparison.resampling = describe_resampling(pair.units_a, options.intervals);
  comparison.notes = pair.notes;
  const std::unique_ptr<FigureSet> set = figure_sets(pair.common);
  comparison.figures = paired_figures(pair, *set, comparison, options.intervals, threads);
  comparison.headline = headline_of(comparison.figures, options.metric);
  comparison.mcnemar = mcnemar(pair.right_a, pair.right_b);
  return comparison;
}

void add_task_pairs(const PredictionSource& a, const PredictionSource& b, std::span<const Manifest> manifests,
                    const std::string& part, const ComparisonOptions& options, int threads,
                    std::vector<Comparison>& comparisons) {
  const std::vector<TaskRows> of_a = split_tasks(scored_rows(a.table, part, a.name), a.run);
  const std::vector<TaskRows> of_b = split_tasks(scored_rows(b.table, part, b.name), b.run);
  const ColumnLookup speakers_a(a.table, manifests, "speaker"), speakers_b(b.table, manifests, "speaker");
  std::size_t found = 0;
  for (const TaskRows& one : of_a)
    for (const TaskRows& other : of_b) {
      const std::string title_a = task_title(one.kind, one.train_corpora, one.test_corpora);
      const std::string title_b = task_title(other.kind, other.train_corpora, other.test_corpora);
      if (title_a != title_b && of_a.size() + of_b.size() > 2) continue;
      const PairedRows pair = pair_rows({a, one, speakers_a}, {b, other, speakers_b}, options.intervals.unit);
      Comparison& comparison = comparisons.emplace_back(compare_pair(a, b, pair, options, threads));
      comparison.task_a = title_a, comparison.task_b = title_b;
      ++found;
    }
  if (found == 0)
    throw_error<DataError>("{} and {} have no task in common; compare tables of one task each", a.name, b.name);
}

/// Leaves out the leading folders that all names share.
void shorten_names(std::vector<PredictionSource>& systems) {
  std::string common = systems[0].name;
  for (const PredictionSource& system : systems) {
    const auto end = std::mismatch(common.begin(), common.end(), system.name.begin(), system.name.end()).first;
    common.erase(end, common.end());
  }
  const std::size_t folders = common.rfind('/') == std::string::npos ? 0 : common.rfind('/') + 1;
  for (PredictionSource& system : systems) system.name.erase(0, folders);
}

}  // namespace

std::vector<Comparison> compare(std::vector<PredictionSource> systems, std::span<const Manifest> manifests,
                                const std::string& part, const ComparisonOptions& options, int threads) {
  if (systems.size() < 2) throw UsageError("a comparison needs two systems or more");
  align_classes(systems);
  shorten_names(systems);
  std::vector<Comparison> comparisons;
  for (std::size_t i = 0; i < systems.size(); ++i)
    for (std::size_t j = i + 1; j < systems.size(); ++j)
      add_task_pairs(systems[i], systems[j], manifests, part, options, threads, comparisons);
  std::vector<double> p;
  for (const Comparison& comparison : comparisons) p.push_back(comparison.headline_figure().p);
  const std::vector<double> adjusted = holm(p);
  for (std::size_t i = 0; i < comparisons.size(); ++i) {
    comparisons[i].p_holm = adjusted[i];
    pass_verdict(comparisons[i], comparisons.size());
  }
  return comparisons;
}

}  // namespace ser
