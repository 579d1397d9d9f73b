#include <fmt/format.h>
#include <ser/base/text.h>
#include <ser/corpus/label_space.h>
#include <ser/eval/references.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>

namespace ser {
namespace {

constexpr std::pair<const char*, double Utterance::*> dimensions[] = {
    {"arousal", &Utterance::arousal}, {"valence", &Utterance::valence}, {"dominance", &Utterance::dominance}};

class ReferenceJoin {
 public:
  ReferenceJoin(PredictionTable& table, std::span<const Manifest> manifests, const std::string& labels)
      : table_(table) {
    for (const Manifest& manifest : manifests)
      for (const Utterance& utterance : manifest.utterances) by_id_.emplace(utterance.id, &utterance);
    if (!labels.empty()) space_ = resolve_label_space(read_label_space(labels), manifests);
    if (table.decisions_only) add_decided_classes();
  }

  void join() {
    const auto has_label = [](const Prediction& row) { return !row.label.empty() || !row.distribution.empty(); };
    const bool labels = !table_.classes.empty() && std::none_of(table_.rows.begin(), table_.rows.end(), has_label);
    std::size_t found = 0, without = 0;
    for (Prediction& row : table_.rows) {
      const auto at = by_id_.find(row.id);
      if (at == by_id_.end()) continue;
      const bool before = row.has_reference();
      if (labels) join_class(row, *at->second);
      if (row.reference.empty() && !table_.dimensions.empty()) join_dimensions(row, *at->second);
      found += !before && row.has_reference();
    }
    for (const Prediction& row : table_.rows) without += !row.has_reference();
    if (found > 0)
      table_.notes.push_back(fmt::format("The references of {} of {} rows are those of the manifest{}.", found,
                                         table_.rows.size(),
                                         without > 0 ? fmt::format("; {} have none{}", without, left_out()) : ""));
  }

 private:
  std::string class_of(const std::string& emotion) const {
    if (emotion.empty() || !space_) return emotion;
    const auto index = space_->class_of(emotion);
    return index ? space_->classes[static_cast<std::size_t>(*index)] : "";
  }

  /// Decisions may leave out classes that the references have.
  void add_decided_classes() {
    std::vector<std::string> classes = table_.classes;
    for (const Prediction& row : table_.rows)
      if (const auto at = by_id_.find(row.id); at != by_id_.end())
        if (const std::string name = class_of(at->second->emotion);
            !name.empty() && std::find(classes.begin(), classes.end(), name) == classes.end())
          classes.push_back(name);
    for (Prediction& row : table_.rows) row.probabilities.resize(classes.size());
    table_.classes = classes;
  }

  void join_class(Prediction& row, const Utterance& utterance) {
    const std::string name = class_of(utterance.emotion);
    if (std::find(table_.classes.begin(), table_.classes.end(), name) != table_.classes.end())
      row.label = name;
    else
      ++left_out_[utterance.emotion.empty() ? "without label" : utterance.emotion];
    if (utterance.distribution.empty() || table_.decisions_only) return;
    std::vector<double> distribution(table_.classes.size());
    double sum = 0;
    for (const auto& [emotion, share] : utterance.distribution) {
      const auto at = std::find(table_.classes.begin(), table_.classes.end(), class_of(emotion));
      if (at == table_.classes.end()) continue;
      distribution[static_cast<std::size_t>(at - table_.classes.begin())] += share;
      sum += share;
    }
    if (sum <= 0) return;
    for (double& value : distribution) value /= sum;
    row.distribution = std::move(distribution);
    table_.distributions = true;
  }

  void join_dimensions(Prediction& row, const Utterance& utterance) const {
    std::vector<double> values;
    for (const std::string& name : table_.dimensions) {
      values.push_back(std::nan(""));
      for (const auto& [dimension, field] : dimensions)
        if (name == dimension) values.back() = utterance.*field;
    }
    if (std::any_of(values.begin(), values.end(), [](double v) { return !std::isnan(v); })) row.reference = values;
  }

  std::string left_out() const {
    std::vector<std::string> list;
    for (const auto& [emotion, count] : left_out_) list.push_back(fmt::format("{} {}", count, emotion));
    return list.empty() ? "" : " (outside the classes: " + join_names(list) + ")";
  }
  static std::string join_names(const std::vector<std::string>& names) { return ser::join(names, ", "); }

  PredictionTable& table_;
  std::unordered_map<std::string, const Utterance*> by_id_;
  std::optional<LabelSpace> space_;
  std::map<std::string, std::size_t> left_out_;
};

}  // namespace

void join_references(PredictionTable& table, std::span<const Manifest> manifests, const std::string& labels) {
  if (!manifests.empty()) ReferenceJoin(table, manifests, labels).join();
}

PredictionSource read_source(const std::filesystem::path& file_or_folder, std::span<const Manifest> manifests,
                             const std::string& labels) {
  PredictionSource source = read_source(file_or_folder, manifests.empty());
  join_references(source.table, manifests, labels);
  return source;
}

}  // namespace ser
