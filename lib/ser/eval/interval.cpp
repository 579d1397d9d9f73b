#include <ser/eval/interval.h>
#include <ser/eval/probability.h>

#include <algorithm>
#include <cmath>

namespace ser {

void describe_options(OptionTable& table, IntervalOptions& o) {
  table
      .add("interval", o.method,
           "how intervals are made; auto: t below 30 units, else bca; t: jackknife over the units with Student's t; "
           "percentile and bca: bootstrap")
      .choices({"auto", "t", "percentile", "bca", "none"});
  table.add("resample", o.unit, "what is resampled: auto is the speaker where speakers are known, else the utterance")
      .choices({"auto", "speaker", "utterance"});
  table.add("level", o.level, "confidence of intervals").range(0.5, 0.999);
  table.add("draws", o.draws, "bootstrap draws and permutations").range(100, 1e6);
  table.add("seed", o.seed, "seed of the draws");
}

std::string chosen_method(const IntervalOptions& options, std::size_t units) {
  if (options.method != "auto") return options.method;
  return units < fewest_units_for_bootstrap ? "t" : "bca";
}

double quantile(std::vector<double>& values, double p) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(values.begin(), values.end());
  const double place = std::clamp(p, 0.0, 1.0) * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const double above = values[std::min(below + 1, values.size() - 1)];
  return values[below] + (place - static_cast<double>(below)) * (above - values[below]);
}

namespace {

std::vector<double> defined_values(std::span<const double> values) {
  std::vector<double> result;
  std::copy_if(values.begin(), values.end(), std::back_inserter(result), [](double v) { return std::isfinite(v); });
  return result;
}

struct JackknifeMoments {
  double standard_error = 0, acceleration = 0;
};

JackknifeMoments jackknife_moments(const std::vector<double>& replicates) {
  const auto n = static_cast<double>(replicates.size());
  double mean = 0, squares = 0, cubes = 0;
  for (const double value : replicates) mean += value / n;
  for (const double value : replicates) {
    const double off = mean - value;
    squares += off * off, cubes += off * off * off;
  }
  return {std::sqrt((n - 1) / n * squares), squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0};
}

/// The share of draws below the estimate, ties counted half: figures of counts are coarse.
double share_below(const std::vector<double>& draws, double estimate) {
  double below = 0;
  for (const double draw : draws) below += draw < estimate ? 1 : draw == estimate ? 0.5 : 0;
  const auto n = static_cast<double>(draws.size());
  return std::clamp(below / n, 0.5 / n, 1 - 0.5 / n);
}

}  // namespace

Interval make_interval(double estimate, std::span<const double> draws, std::span<const double> jackknife,
                       const std::string& method, double level, double least, double most) {
  Interval interval;
  interval.method = method;
  std::vector<double> defined_draws = defined_values(draws);
  const std::vector<double> replicates = defined_values(jackknife);
  if (method == "none" || !std::isfinite(estimate) || replicates.size() < 2) return interval;
  const JackknifeMoments moments = jackknife_moments(replicates);
  interval.standard_error = moments.standard_error;
  const double tail = (1 - level) / 2;
  if (method == "t") {
    const double half =
        student_t_quantile(1 - tail, static_cast<double>(replicates.size() - 1)) * moments.standard_error;
    interval.low = estimate - half, interval.high = estimate + half;
  } else if (!defined_draws.empty()) {
    double low = tail, high = 1 - tail;
    if (method == "bca") {
      const double bias = normal_quantile(share_below(defined_draws, estimate));
      const auto adjusted = [&](double p) {
        const double z = bias + normal_quantile(p);
        return normal_cdf(bias + z / (1 - moments.acceleration * z));
      };
      low = adjusted(tail), high = adjusted(1 - tail);
    }
    interval.low = quantile(defined_draws, low), interval.high = quantile(defined_draws, high);
  }
  interval.low = std::clamp(interval.low, least, most), interval.high = std::clamp(interval.high, least, most);
  return interval;
}

}  // namespace ser
