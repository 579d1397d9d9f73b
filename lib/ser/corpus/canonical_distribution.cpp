#include <ser/corpus/canonical_distribution.h>

#include <algorithm>
#include <map>

namespace ser {

Distribution canonical_distribution(const Distribution& raw, const CorpusDefinition& definition, const std::string& id,
                                    Tallies& left_out) {
  std::map<std::string, double> sums;
  double known = 0, lost = 0;
  for (const auto& [label, probability] : raw) {
    const auto canonical = definition.distribution_labels().find(label);
    (canonical ? known : lost) += probability;
    if (canonical)
      sums[*canonical] += probability;
    else
      left_out.add("raters' words without a canonical label, left out of the distributions", id + " '" + label + "'");
  }
  Distribution distribution;
  for (const std::string& label : definition.vocabulary)
    if (const auto at = sums.find(label); at != sums.end())
      distribution.emplace_back(label, lost > 0 ? at->second / known : at->second);
  return distribution;
}

std::string top_label(const Distribution& distribution) {
  if (distribution.empty()) return "";
  const auto less = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto top = std::max_element(distribution.begin(), distribution.end(), less);
  const auto ties = std::count_if(distribution.begin(), distribution.end(),
                                  [&](const auto& entry) { return entry.second == top->second; });
  return ties == 1 ? top->first : "no-agreement";
}

}  // namespace ser
