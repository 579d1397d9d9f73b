#include <ser/corpus/confounding.h>
#include <ser/corpus/protocol.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ser {
namespace {

using Counts = std::vector<std::size_t>;

double information(double joint, double a, double b, double total) {
  return joint > 0 ? joint / total * std::log(joint * total / (a * b)) : 0;
}

double share_of_entropy(const std::map<std::string, Counts>& groups, const Counts& totals, double n) {
  double mutual = 0, entropy = 0;
  for (const std::size_t total : totals)
    if (total > 0) entropy -= static_cast<double>(total) / n * std::log(static_cast<double>(total) / n);
  for (const auto& [name, counts] : groups) {
    const auto size = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::size_t{0}));
    for (std::size_t c = 0; c < counts.size(); ++c)
      mutual += information(static_cast<double>(counts[c]), size, static_cast<double>(totals[c]), n);
  }
  return entropy > 0 ? mutual / entropy : std::numeric_limits<double>::quiet_NaN();
}

/// The most frequent class of the group without one utterance of class `c`; the corpus breaks ties.
std::size_t guess_without(Counts group, Counts totals, std::size_t c) {
  --group[c], --totals[c];
  std::size_t best = 0;
  for (std::size_t k = 1; k < group.size(); ++k)
    if (std::pair(group[k], totals[k]) > std::pair(group[best], totals[best])) best = k;
  return best;
}

std::size_t correct_guesses(const std::map<std::string, Counts>& groups, const Counts& totals, std::size_t c) {
  std::size_t correct = 0;
  for (const auto& [name, counts] : groups)
    if (counts[c] > 0 && guess_without(counts, totals, c) == c) correct += counts[c];
  return correct;
}

}  // namespace

ConfoundingReport confounding(const Manifest& manifest, const LabelSpace& labels, const std::string& column) {
  ConfoundingReport report;
  report.corpus = manifest.corpus;
  report.column = column;
  report.classes = labels.classes;
  const std::vector<std::string> values = column_values(manifest, column);
  std::map<std::string, Counts> groups;
  Counts totals(labels.classes.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto label = labels.class_of(manifest.utterances[i].emotion);
    if (!label) continue;
    if (values[i].empty()) {
      ++report.unknown;
      continue;
    }
    const auto c = static_cast<std::size_t>(*label);
    ++groups.try_emplace(values[i], totals.size()).first->second[c];
    ++totals[c];
    ++report.utterances;
  }
  report.groups = groups.size();
  report.largest.resize(totals.size());
  for (const auto& [name, counts] : groups) {
    report.single_class_groups += std::count_if(counts.begin(), counts.end(), [](auto n) { return n > 0; }) == 1;
    for (std::size_t c = 0; c < totals.size(); ++c) {
      ConfoundingReport::Share& share = report.largest[c];
      share.total = totals[c];
      share.groups += counts[c] > 0;
      if (counts[c] > share.utterances) share.group = name, share.utterances = counts[c];
    }
  }
  if (report.utterances == 0) return report;
  const auto n = static_cast<double>(report.utterances);
  report.normalized_mutual_information = share_of_entropy(groups, totals, n);
  std::size_t correct = 0, present = 0;
  for (std::size_t c = 0; c < totals.size(); ++c) {
    if (totals[c] == 0) continue;
    const std::size_t right = correct_guesses(groups, totals, c);
    correct += right, ++present;
    report.group_only_uar += static_cast<double>(right) / static_cast<double>(totals[c]);
  }
  report.group_only_accuracy = static_cast<double>(correct) / n;
  report.group_only_uar /= static_cast<double>(present);
  return report;
}

std::string ConfoundingReport::text() const {
  if (utterances == 0) return fmt::format("{}: {} and class: not checked, no {} is known\n", corpus, column, column);
  std::string text =
      fmt::format("{}: {} of {} values of {} occur with one class only\n", corpus, single_class_groups, groups, column);
  for (std::size_t c = 0; c < classes.size(); ++c)
    if (largest[c].total > 0)
      text += fmt::format("  {}: {} of {} utterances are by {} ({} of {} values have this class)\n", classes[c],
                          largest[c].utterances, largest[c].total, largest[c].group, largest[c].groups, groups);
  const auto present = std::count_if(largest.begin(), largest.end(), [](const Share& s) { return s.total > 0; });
  const double chance = 100.0 / static_cast<double>(present);
  text += fmt::format("  mutual information with the class, of the class's entropy: {:.3f}\n",
                      normalized_mutual_information);
  text += fmt::format(
      "  guessing by {} alone (leaving one utterance out): UAR {:.1f} %, accuracy {:.1f} %; chance {:.1f} %\n", column,
      100 * group_only_uar, 100 * group_only_accuracy, chance);
  if (unknown > 0) text += fmt::format("  {} utterances without {} left out\n", unknown, column);
  return text;
}

}  // namespace ser
