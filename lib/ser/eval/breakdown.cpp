#include <ser/base/error.h>
#include <ser/eval/breakdown.h>
#include <ser/eval/column_lookup.h>
#include <ser/eval/task_rows.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace ser {

void describe_options(OptionTable& table, BreakdownOptions& options) {
  table.add("groups", options.groups,
            "columns of the manifest or table whose groups the page shows; by default gender, age and language where "
            "they have 2 to 12 values");
  table.add("worst", options.worst, "utterances with confident errors that the page lists per task").range(0, 1000);
}

namespace {

constexpr std::size_t most_groups = 12;
const std::vector<std::string> usual_groups{"gender", "age", "language"};

/// Hits and references per class of one utterance, as sums.
class RecallFigures final : public FigureSet {
 public:
  explicit RecallFigures(const std::vector<std::string>& classes) {
    for (const std::string& name : classes) place_.emplace(name, place_.size()), names_.push_back({name, name});
  }
  const std::vector<FigureName>& names() const override { return names_; }
  std::size_t width() const override { return 2 * names_.size(); }
  void add(const Prediction& row, const PredictedScores&, std::span<double> sums) const override {
    if (row.label.empty()) return;
    const std::size_t reference = place_.at(row.label);
    sums[reference] += predicted_class(row) == reference;
    ++sums[names_.size() + reference];
  }
  void figures(std::span<const double> sums, std::span<double> figures) const override {
    for (std::size_t k = 0; k < names_.size(); ++k) figures[k] = sums[k] / sums[names_.size() + k];
  }

 private:
  std::map<std::string, std::size_t> place_;
  std::vector<FigureName> names_;
};

std::vector<Measured> recalls(const PredictionTable& table, const PredictionRows& rows, const ResamplingUnits& units,
                              const IntervalOptions& options, int threads) {
  const RecallFigures set(table.classes);
  const std::string method = chosen_method(options, units.names.size());
  const Replicates replicates =
      resample(unit_sums(rows, units, set), table.classes.size(), mean_over_seeds(set, count_seeds(rows)),
               method == "bca" || method == "percentile" ? options.draws : 0, options.seed, threads);
  std::vector<Measured> result;
  for (std::size_t k = 0; k < table.classes.size(); ++k) {
    Measured& one = result.emplace_back();
    one.value = replicates.estimates[k];
    one.interval = make_interval(one.value, replicates.draws[k], replicates.jackknife[k], method, options.level, 0, 1);
    if (one.interval.standard_error == 0) one.interval = {};
  }
  return result;
}

std::vector<SpeakerScores> speaker_scores(const PredictionTable& table, const PredictionRows& rows,
                                          const ColumnLookup& speakers) {
  std::map<std::string, PredictionRows> of_speaker;
  for (const Prediction* row : rows)
    if (const std::string name = speakers.of(*row); !name.empty() && !row->label.empty())
      of_speaker[name].push_back(row);
  std::vector<SpeakerScores> result;
  for (const auto& [name, own] : of_speaker) {
    const Scores scores = score(own, table.classes, true);
    std::set<std::string> ids;
    for (const Prediction* row : own) ids.insert(row->id);
    result.push_back(
        {name, ids.size(), scores.classes_present, scores.unweighted_average_recall, scores.weighted_average_recall});
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const SpeakerScores& a, const SpeakerScores& b) { return a.uar < b.uar; });
  return result;
}

std::size_t count_values(const PredictionRows& rows, const ColumnLookup& column) {
  std::set<std::string> values;
  for (const Prediction* row : rows)
    if (const std::string value = column.of(*row); !value.empty() && !row->label.empty()) values.insert(value);
  return values.size();
}

std::vector<GroupBreakdown> groups_of(const PredictionSource& source, const PredictionRows& rows,
                                      std::span<const Manifest> manifests, const BreakdownOptions& options,
                                      const IntervalOptions& intervals, int threads) {
  PredictionSource own{source.name, {}, source.run};
  own.table.classes = source.table.classes, own.table.further = source.table.further;
  std::vector<GroupBreakdown> result;
  for (const std::string& name : options.groups.empty() ? usual_groups : options.groups) {
    const ColumnLookup column(source.table, manifests, name);
    if (column.missing() && !options.groups.empty())
      throw_error<UsageError>("groups: no column '{}' in {}; give the manifest that has it", name, source.name);
    const std::size_t values = column.missing() ? 0 : count_values(rows, column);
    if (options.groups.empty() && (values < 2 || values > most_groups)) continue;
    GroupBreakdown& group = result.emplace_back(GroupBreakdown{name, {}});
    if (values < 2) continue;
    if (own.table.rows.empty())
      for (const Prediction* row : rows) own.table.rows.push_back(*row);
    FairnessOptions fair;
    fair.group = name, fair.intervals = intervals, fair.test = false;
    group.groups = std::move(fairness(own, manifests, own.table.rows.front().part, fair, threads).front().groups);
  }
  return result;
}

/// The rows of each utterance: one per seed, or more where several folds scored it.
std::map<std::string, PredictionRows> by_utterance(const PredictionRows& rows) {
  std::map<std::string, PredictionRows> result;
  for (const Prediction* row : rows) result[row->id].push_back(row);
  return result;
}

std::vector<double> mean_of(const PredictionRows& rows, std::vector<double> Prediction::*values) {
  std::vector<double> mean((rows.front()->*values).size());
  for (const Prediction* row : rows)
    for (std::size_t k = 0; k < mean.size(); ++k) mean[k] += (row->*values)[k] / static_cast<double>(rows.size());
  return mean;
}

void keep_first(auto& list, int count, auto before) {
  std::stable_sort(list.begin(), list.end(), before);
  if (list.size() > static_cast<std::size_t>(count))
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(count), list.end());
}

void add_errors(Breakdown& result, const PredictionTable& table, const PredictionRows& rows,
                const ColumnLookup& speakers, int count) {
  for (const auto& [id, own] : by_utterance(rows)) {
    if (own.front()->label.empty()) continue;
    ++result.utterances;
    const std::vector<double> mean = mean_of(own, &Prediction::probabilities);
    const auto top = static_cast<std::size_t>(std::max_element(mean.begin(), mean.end()) - mean.begin());
    const std::string& reference = own.front()->label;
    if (table.classes[top] == reference) continue;
    ++result.wrong;
    const auto at = std::find(table.classes.begin(), table.classes.end(), reference) - table.classes.begin();
    result.errors.push_back({id, own.front()->fold, speakers.of(*own.front()), reference, table.classes[top], mean[top],
                             mean[static_cast<std::size_t>(at)]});
  }
  keep_first(result.errors, count, [](const ConfidentError& a, const ConfidentError& b) {
    return a.confidence - a.of_reference > b.confidence - b.of_reference;
  });
}

void add_dimension_errors(Breakdown& result, const PredictionRows& rows, const ColumnLookup& speakers, int count) {
  for (const auto& [id, own] : by_utterance(rows)) {
    const Prediction& first = *own.front();
    if (first.reference.empty()) continue;
    const std::vector<double> estimate = mean_of(own, &Prediction::estimate);
    double sum = 0, known = 0;
    for (std::size_t d = 0; d < estimate.size(); ++d)
      if (!std::isnan(first.reference[d])) sum += std::pow(first.reference[d] - estimate[d], 2), ++known;
    if (known == 0) continue;
    result.dimension_errors.push_back(
        {id, first.fold, speakers.of(first), first.reference, estimate, std::sqrt(sum / known)});
  }
  keep_first(result.dimension_errors, count,
             [](const DimensionError& a, const DimensionError& b) { return a.distance > b.distance; });
}

}  // namespace

std::vector<Breakdown> break_down(const PredictionSource& source, std::span<const Manifest> manifests,
                                  const std::string& part, const BreakdownOptions& options,
                                  const IntervalOptions& intervals, int threads) {
  const ColumnLookup speakers(source.table, manifests, "speaker");
  const auto speaker_of = [&](const Prediction& row) { return speakers.of(row); };
  std::vector<Breakdown> result;
  for (const TaskRows& task : split_tasks(scored_rows(source.table, part, source.name), source.run)) {
    Breakdown& one = result.emplace_back();
    const PredictionRows rows = task.all();
    if (source.table.classes.empty()) {
      add_dimension_errors(one, rows, speakers, options.worst);
      continue;
    }
    one.recall = recalls(source.table, rows, resampling_units(rows, speaker_of, intervals.unit), intervals, threads);
    one.speakers = speaker_scores(source.table, rows, speakers);
    one.groups = groups_of(source, rows, manifests, options, intervals, threads);
    add_errors(one, source.table, rows, speakers, options.worst);
  }
  return result;
}

}  // namespace ser
