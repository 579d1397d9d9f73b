#include <fmt/format.h>
#include <ser/base/text.h>
#include <ser/report/fairness_tables.h>

#include <cmath>

namespace ser {
namespace {

std::string measured_text(const Measured& one) {
  if (!one.interval.defined()) return percent(one.value);
  return fmt::format("{} ({} to {})", percent(one.value), percent(one.interval.low), percent(one.interval.high));
}

std::string title(const std::string& what, const Fairness& result) {
  return fmt::format("{} by {}: {}{}", what, result.column, result.name, result.task.empty() ? "" : ", " + result.task);
}

std::string p_text(double p) { return std::isnan(p) ? "n/a" : fmt::format("{:.4f}", p); }

struct NamedGap {
  const char* key;
  const char* title;
  const Gap& gap;
};
std::vector<NamedGap> gaps(const Fairness& result) {
  return {{"tpr_gap", "TPR gap (recall)", result.true_positive},
          {"dp_gap", "DP gap (share of decisions)", result.demographic_parity},
          {"equalised_odds_gap", "equalised odds (larger of TPR and FPR gap)", result.equalised_odds}};
}

std::string explanation(const Fairness& result) {
  return fmt::format(
      "Gaps: largest minus smallest rate over the groups, in points, of each class; mean, root mean square and maximum "
      "over classes. Intervals: {}. p: how often groups shuffled among the {}s have a mean gap as large: a gap is "
      "never "
      "negative, and its interval cannot tell it from chance. A DP gap is no error where base rates differ.",
      result.resampling.text(), result.resampling.unit);
}

struct Form {
  std::string (*grid)(const ReportGrid&);
  std::string (*line)(const std::string&);
};

std::string laid_out(std::span<const Fairness> results, const Form& form) {
  std::string text;
  for (const Fairness& result : results) {
    text +=
        form.grid(group_grid(result)) + '\n' + form.grid(gap_grid(result)) + '\n' + form.grid(rate_grid(result)) + '\n';
    text += form.line(fmt::format("Worst group by UAR: {}; by macro-F1: {}.", result.groups[result.worst_uar].name,
                                  result.groups[result.worst_macro_f1].name));
    text += form.line(explanation(result));
    for (const Note& note : result.notes)
      text += form.line(fmt::format("{}: {}", note_kind_name(note.kind), note.text));
    text += '\n';
  }
  if (text.ends_with("\n\n")) text.pop_back();
  return text;
}

std::string text_line(const std::string& line) { return line + '\n'; }
std::string markdown_item(const std::string& line) { return "- " + escape_markdown(line) + '\n'; }
std::string latex_comment(const std::string& line) { return "% " + line + '\n'; }

}  // namespace

ReportGrid group_grid(const Fairness& result) {
  ReportGrid grid{title("Groups", result), {result.column, "speakers", "n", "UAR %", "WAR %", "macro-F1 %"}, {}, 1};
  for (const GroupScores& group : result.groups)
    grid.rows.push_back({group.name, group.speakers > 0 ? std::to_string(group.speakers) : "n/a",
                         std::to_string(group.utterances), measured_text(group.uar), measured_text(group.war),
                         measured_text(group.macro_f1)});
  return grid;
}

ReportGrid gap_grid(const Fairness& result) {
  ReportGrid grid{title("Gaps", result), {"points", "mean over classes", "RMS", "maximum", "p of the mean"}, {}, 1};
  for (const NamedGap& one : gaps(result))
    grid.rows.push_back({one.title, measured_text(one.gap.mean), measured_text(one.gap.rms), measured_text(one.gap.max),
                         p_text(one.gap.p)});
  return grid;
}

ReportGrid rate_grid(const Fairness& result) {
  ReportGrid grid{title("Rates in %", result), {"class", "rate"}, {}, 2};
  for (const GroupScores& group : result.groups) grid.header.push_back(group.name);
  grid.header.push_back("gap");
  const auto add = [&](std::size_t k, const char* rate, std::vector<double> GroupScores::*values, double gap) {
    std::vector<std::string>& row = grid.rows.emplace_back();
    row = {result.classes[k], rate};
    for (const GroupScores& group : result.groups) row.push_back(percent((group.*values)[k]));
    row.push_back(std::isnan(gap) ? "" : percent(gap));
  };
  for (std::size_t k = 0; k < result.classes.size(); ++k) {
    add(k, "recall (TPR)", &GroupScores::true_positive_rate, result.true_positive.of_class[k]);
    add(k, "false alarms (FPR)", &GroupScores::false_positive_rate, std::nan(""));
    add(k, "decisions (PR)", &GroupScores::positive_rate, result.demographic_parity.of_class[k]);
    add(k, "base rate", &GroupScores::base_rate, std::nan(""));
  }
  return grid;
}

ReportGrid fairness_long_grid(std::span<const Fairness> results) {
  ReportGrid grid{"", {"run", "task", "column", "group", "class", "figure", "n", "value", "low", "high"}, {}, 6};
  const auto number = [](double value) { return std::isnan(value) ? "" : format_number(value); };
  for (const Fairness& result : results) {
    const auto add = [&](const std::string& group, const std::string& label, const std::string& figure, std::string n,
                         const Measured& one) {
      grid.rows.push_back({result.name, result.task, result.column, group, label, figure, std::move(n),
                           number(one.value), number(one.interval.low), number(one.interval.high)});
    };
    for (const GroupScores& group : result.groups) {
      const std::string n = std::to_string(group.utterances);
      add(group.name, "", "uar", n, group.uar);
      add(group.name, "", "war", n, group.war);
      add(group.name, "", "macro_f1", n, group.macro_f1);
      for (std::size_t k = 0; k < result.classes.size(); ++k) {
        add(group.name, result.classes[k], "tpr", n, {group.true_positive_rate[k], {}});
        add(group.name, result.classes[k], "fpr", n, {group.false_positive_rate[k], {}});
        add(group.name, result.classes[k], "pr", n, {group.positive_rate[k], {}});
        add(group.name, result.classes[k], "base_rate", n, {group.base_rate[k], {}});
      }
    }
    for (const NamedGap& one : gaps(result)) {
      for (std::size_t k = 0; k < result.classes.size(); ++k)
        add("", result.classes[k], one.key, "", {one.gap.of_class[k], {}});
      add("", "", std::string(one.key) + "_mean", "", one.gap.mean);
      add("", "", std::string(one.key) + "_rms", "", one.gap.rms);
      add("", "", std::string(one.key) + "_max", "", one.gap.max);
      add("", "", std::string(one.key) + "_p", "", {one.gap.p, {}});
    }
  }
  return grid;
}

std::string fairness_text(std::span<const Fairness> results) { return laid_out(results, {grid_text, text_line}); }
std::string fairness_markdown_body(std::span<const Fairness> results) {
  return laid_out(results, {grid_markdown, markdown_item});
}
std::string fairness_markdown(std::span<const Fairness> results) {
  return "# Fairness\n\n" + fairness_markdown_body(results);
}
std::string fairness_latex(std::span<const Fairness> results) { return laid_out(results, {grid_latex, latex_comment}); }

}  // namespace ser
