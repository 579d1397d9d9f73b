#include <ser/augment/mixup.h>
#include <ser/experiment/mixed_distribution.h>

#include <algorithm>

namespace ser {
namespace {

Distribution label_of(const Utterance& u) {
  double sum = 0;
  for (const auto& [label, mass] : u.distribution) sum += mass;
  if (!(sum > 0)) return u.emotion.empty() ? Distribution{} : Distribution{{u.emotion, 1.0}};
  Distribution scaled = u.distribution;
  for (auto& [label, mass] : scaled) mass /= sum;
  return scaled;
}

std::size_t place(const std::vector<std::string>& labels, const std::string& label) {
  return static_cast<std::size_t>(std::find(labels.begin(), labels.end(), label) - labels.begin());
}

std::vector<double> masses(const Distribution& distribution, const std::vector<std::string>& labels) {
  std::vector<double> of_labels(labels.size());
  for (const auto& [label, mass] : distribution) of_labels[place(labels, label)] += mass;
  return of_labels;
}

}  // namespace

Distribution mixed_distribution(const Utterance& own, const Utterance& partner, double share) {
  const Distribution a = label_of(own), b = label_of(partner);
  if (a.empty() || b.empty()) return {};
  std::vector<std::string> labels;
  for (const Distribution* distribution : {&a, &b})
    for (const auto& [label, mass] : *distribution)
      if (place(labels, label) == labels.size()) labels.push_back(label);
  const std::vector<double> mixed = mixed_label(masses(a, labels), masses(b, labels), share);
  Distribution result;
  for (std::size_t k = 0; k < labels.size(); ++k) result.emplace_back(labels[k], mixed[k]);
  return result;
}

}  // namespace ser
