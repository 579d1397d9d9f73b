#include <ser/eval/figure_estimates.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace ser {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

std::map<int, std::size_t> seed_places(const PredictionRows& rows) {
  std::map<int, std::size_t> places;
  for (const Prediction* row : rows) places.emplace(row->seed, 0);
  std::size_t next = 0;
  for (auto& [seed, place] : places) place = next++;
  return places;
}

PredictedScores scores_of(const Prediction& row, const ConstantPredictor* predictor) {
  if (!predictor) return {row.probabilities, row.estimate};
  const ConstantPredictor::Output& output = predictor->of_fold.at(row.fold);
  return {output.probabilities, output.estimate};
}

/// For each unit the sums of the model, then those of the baseline.
UnitSums side_by_side(const UnitSums& model, const UnitSums& baseline) {
  UnitSums both(2 * model.width());
  for (std::size_t unit = 0; unit < model.units(); ++unit) {
    std::vector<double> sums(both.width());
    model.add_to(std::span(sums).first(model.width()), unit, 1);
    baseline.add_to(std::span(sums).last(model.width()), unit, 1);
    both.add(sums);
  }
  return both;
}

/// Of model and baseline side by side: figures, gains, skills.
Statistic with_baseline(const FigureSet& set, std::size_t seeds) {
  return [&set, seeds](std::span<const double> sums, std::span<double> out) {
    const std::size_t count = set.names().size(), half = sums.size() / 2;
    std::vector<double> baseline(count);
    const Statistic mean = mean_over_seeds(set, seeds);
    mean(sums.first(half), out.first(count));
    mean(sums.last(half), baseline);
    for (std::size_t f = 0; f < count; ++f) {
      const double best = set.names()[f].higher_is_better ? set.names()[f].most : 0;
      out[count + f] = out[f] - baseline[f];
      out[2 * count + f] = (out[f] - baseline[f]) / (best - baseline[f]);
    }
  };
}

ConstantPredictor uniform_predictor(const PredictionTable& table, const ConstantPredictor& like) {
  ConstantPredictor uniform = like;
  for (auto& [fold, output] : uniform.of_fold)
    output.probabilities.assign(table.classes.size(), 1 / static_cast<double>(table.classes.size()));
  return uniform;
}

std::vector<Spread> spread_over_seeds(const UnitSums& units, const FigureSet& set, std::size_t seeds) {
  const std::vector<double> total = units.total();
  std::vector<std::vector<double>> values(set.names().size(), std::vector<double>(seeds));
  std::vector<double> figures(set.names().size());
  for (std::size_t s = 0; s < seeds; ++s) {
    set.figures(std::span(total).subspan(s * set.width(), set.width()), figures);
    for (std::size_t f = 0; f < figures.size(); ++f) values[f][s] = figures[f];
  }
  std::vector<Spread> spreads;
  for (const auto& of_figure : values) spreads.push_back(spread(of_figure));
  return spreads;
}

}  // namespace

std::size_t count_seeds(const PredictionRows& rows) { return seed_places(rows).size(); }

UnitSums unit_sums(const PredictionRows& rows, const ResamplingUnits& units, const FigureSet& set,
                   const ConstantPredictor* predictor) {
  const std::map<int, std::size_t> seeds = seed_places(rows);
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return units.of_row[a] < units.of_row[b]; });
  UnitSums result(seeds.size() * set.width());
  std::vector<double> sums(result.width());
  std::size_t i = 0;
  for (std::size_t unit = 0; unit < units.names.size(); ++unit) {
    std::fill(sums.begin(), sums.end(), 0.0);
    for (; i < order.size() && units.of_row[order[i]] == unit; ++i) {
      const Prediction& row = *rows[order[i]];
      set.add(row, scores_of(row, predictor), std::span(sums).subspan(seeds.at(row.seed) * set.width(), set.width()));
    }
    result.add(sums);
  }
  return result;
}

UnitSums mean_over_seeds(const UnitSums& sums, std::size_t seeds) {
  const std::size_t width = sums.width() / seeds;
  UnitSums result(width);
  for (std::size_t unit = 0; unit < sums.units(); ++unit) {
    std::vector<double> all(sums.width()), one(width);
    sums.add_to(all, unit, 1 / static_cast<double>(seeds));
    for (std::size_t i = 0; i < all.size(); ++i) one[i % width] += all[i];
    result.add(one);
  }
  return result;
}

Statistic mean_over_seeds(const FigureSet& set, std::size_t seeds) {
  return [&set, seeds](std::span<const double> sums, std::span<double> out) {
    std::vector<double> one(set.names().size());
    std::fill(out.begin(), out.end(), 0.0);
    for (std::size_t s = 0; s < seeds; ++s) {
      set.figures(sums.subspan(s * set.width(), set.width()), one);
      for (std::size_t f = 0; f < one.size(); ++f) out[f] += one[f] / static_cast<double>(seeds);
    }
  };
}

std::vector<FigureEstimate> estimate_figures(const PredictionTable& table, const PredictionRows& rows,
                                             const ResamplingUnits& units, const ConstantPredictor& baseline,
                                             const IntervalOptions& options, int threads) {
  const std::unique_ptr<FigureSet> set = figure_sets(table);
  const std::size_t count = set->names().size(), seeds = count_seeds(rows);
  const std::string method = chosen_method(options, units.names.size());
  const UnitSums model = unit_sums(rows, units, *set);
  const UnitSums both = side_by_side(model, unit_sums(rows, units, *set, &baseline));
  const Replicates replicates =
      resample(both, 3 * count, with_baseline(*set, seeds),
               method == "bca" || method == "percentile" ? options.draws : 0, options.seed, threads);
  const ConstantPredictor equal = uniform_predictor(table, baseline);
  std::vector<double> uniform(count);
  mean_over_seeds(*set, seeds)(unit_sums(rows, units, *set, &equal).total(), uniform);
  const std::vector<Spread> spreads = spread_over_seeds(model, *set, seeds);

  const auto interval = [&](std::size_t f, double least, double most) {
    return make_interval(replicates.estimates[f], replicates.draws[f], replicates.jackknife[f], method, options.level,
                         least, most);
  };
  std::vector<FigureEstimate> result;
  for (std::size_t f = 0; f < count; ++f) {
    FigureEstimate& one = result.emplace_back();
    one.name = set->names()[f];
    one.seeds = spreads[f];
    one.interval = interval(f, one.name.least, one.name.most);
    // Where all units agree (a perfect score, say) nothing is known of the others.
    if (one.interval.standard_error == 0) one.interval.low = one.interval.high = undefined;
    one.gain = replicates.estimates[count + f];
    one.gain_interval = interval(count + f, -unlimited, unlimited);
    one.baseline = one.seeds.mean - one.gain;
    one.skill = replicates.estimates[2 * count + f];
    one.skill_interval = interval(2 * count + f, -unlimited, unlimited);
    if (one.name.of_probabilities) one.uniform = uniform[f];
  }
  return result;
}

}  // namespace ser
