#include <fmt/format.h>
#include <ser/eval/permutation.h>
#include <ser/eval/verdict.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

/// "+3.2" (points) or "-0.0123".
std::string amount(const FigureName& name, double difference) {
  return name.percent ? fmt::format("{:+.1f}", 100 * difference) : fmt::format("{:+.4f}", difference);
}

/// The difference with its interval and p; `turned` shows a - b.
std::string evidence(const Comparison& comparison, std::size_t comparisons, bool turned) {
  PairedFigure figure = comparison.headline_figure();
  if (turned) {
    figure.difference = -figure.difference;
    std::swap(figure.interval.low, figure.interval.high);
    figure.interval.low = -figure.interval.low, figure.interval.high = -figure.interval.high;
  }
  std::string text = amount(figure.name, figure.difference) + (figure.name.percent ? " points" : "");
  text += figure.interval.defined()
              ? fmt::format(" ({:g} % interval by {} {} to {}", 100 * comparison.resampling.level,
                            comparison.resampling.unit, amount(figure.name, figure.interval.low),
                            amount(figure.name, figure.interval.high))
              : fmt::format(" (no interval with {} {}", comparison.resampling.units, comparison.resampling.unit);
  if (!std::isnan(comparison.p_holm))
    text += fmt::format("; permutation p = {:.3g}{}", comparison.p_holm,
                        comparisons > 1 ? fmt::format(", Holm over {} comparisons", comparisons) : "");
  return text + ")";
}

}  // namespace

void pass_verdict(Comparison& comparison, std::size_t comparisons) {
  using Outcome = Comparison::Outcome;
  const PairedFigure& figure = comparison.headline_figure();
  const double alpha = 1 - comparison.resampling.level, sign = figure.name.higher_is_better ? 1 : -1;
  const bool interval_tells =
      figure.interval.defined() && (figure.interval.low > 0 || figure.interval.high < 0) && figure.difference != 0;
  const bool p_tells = comparison.p_holm < alpha;
  const bool b_better = sign * figure.difference > 0;
  const std::string& better = b_better ? comparison.b : comparison.a;
  const std::string& worse = b_better ? comparison.a : comparison.b;
  const std::string facts = figure.name.title + " " + evidence(comparison, comparisons, !b_better);
  if (interval_tells && p_tells) {
    comparison.outcome = b_better ? Outcome::b_better : Outcome::a_better;
    comparison.verdict = fmt::format("{} is better than {}: {}.", better, worse, facts);
  } else if (interval_tells || p_tells) {
    comparison.outcome = Outcome::doubtful;
    comparison.verdict = fmt::format("Doubtful whether {} is better than {}: {}; {}.", better, worse, facts,
                                     interval_tells ? "the interval leaves out 0, but the test does not tell them apart"
                                                    : "the test tells them apart, but the interval holds 0");
  } else {
    comparison.outcome = Outcome::not_shown;
    comparison.verdict =
        fmt::format("No difference shown between {} and {}: for {}, {}.", better, worse, better, facts);
  }
  const double least = smallest_swap_p(comparison.resampling.units, comparison.resampling.draws);
  if (least * static_cast<double>(comparisons) >= alpha)
    comparison.notes.push_back(
        {Note::Kind::warning, "too-few-units",
         fmt::format("With {} {}{} the permutation test cannot give a p below {:.3g}{}: no difference can be shown.",
                     comparison.resampling.units, comparison.resampling.unit,
                     comparison.resampling.units == 1 ? "" : "s", least,
                     comparisons > 1 ? fmt::format(" (times {} by Holm)", comparisons) : "")});
  if (comparison.resampling.unit == "utterance")
    comparison.notes.push_back(
        {comparison.resampling.reason == "asked for" ? Note::Kind::information : Note::Kind::not_checked,
         "interval-unit",
         fmt::format("Resampled by utterance ({}): where speakers differ, intervals are too narrow and p too small.",
                     comparison.resampling.reason)});
}

std::string outcome_name(Comparison::Outcome outcome) {
  switch (outcome) {
    case Comparison::Outcome::a_better:
      return "a better";
    case Comparison::Outcome::b_better:
      return "b better";
    case Comparison::Outcome::doubtful:
      return "doubtful";
    case Comparison::Outcome::not_shown:
      break;
  }
  return "not shown";
}

}  // namespace ser
