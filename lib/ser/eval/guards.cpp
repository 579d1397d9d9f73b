#include <fmt/format.h>
#include <ser/base/text.h>
#include <ser/eval/guards.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace ser {
namespace {

using Kind = Note::Kind;
using Names = std::vector<std::string>;

void note_classes(const Task& task, const Names& classes, std::vector<Note>& notes) {
  Names never, absent;
  for (std::size_t k = 0; k < classes.size(); ++k) {
    if (task.pooled.classes[k].support == 0)
      absent.push_back(classes[k]);
    else if (task.pooled.classes[k].predicted == 0)
      never.push_back(classes[k]);
  }
  if (!never.empty())
    notes.push_back({Kind::warning, "class-never-predicted",
                     fmt::format("Never predicted: {}. The recall of {} is 0 in every fold.", join(never, ", "),
                                 never.size() == 1 ? "this class" : "these classes")});
  if (!absent.empty())
    notes.push_back({Kind::information, "class-absent",
                     fmt::format("Not in the reference: {}. UAR and macro-F1 are means over the other {} classes.",
                                 join(absent, ", "), task.pooled.classes_present)});
  const auto partial =
      static_cast<std::size_t>(std::count_if(task.folds.begin(), task.folds.end(), [&](const FoldScores& fold) {
        return fold.scores.classes_present < task.pooled.classes_present;
      }));
  if (partial > 0)
    notes.push_back({Kind::information, "class-absent-in-fold",
                     fmt::format("In {} of {} cells some class is absent from the reference; UAR and macro-F1 of those "
                                 "rows are means over fewer classes and are not comparable with the others.",
                                 partial, task.folds.size())});
}

void note_level(const Task& task, std::vector<Note>& notes) {
  if (task.pooled.classes_present < 2)
    notes.push_back({Kind::warning, "one-class-reference",
                     "The reference holds one class only: UAR equals the recall of that class."});
  else if (task.over_seeds(metrics()[0]).mean <= task.baselines.chance)
    notes.push_back({Kind::warning, "below-chance",
                     "The UAR is not above chance (1 / number of classes): nothing was learned that carries over, or "
                     "labels are swapped."});
}

void note_counts(const Task& task, const PredictionRows& rows, std::vector<Note>& notes) {
  std::unordered_map<std::string, std::size_t> times;
  for (const Prediction* row : rows)
    if (row->seed == task.seeds.front().seed) ++times[row->id];
  const auto repeated = static_cast<std::size_t>(
      std::count_if(times.begin(), times.end(), [](const auto& entry) { return entry.second > 1; }));
  if (repeated > 0)
    notes.push_back({Kind::information, "scored-repeatedly",
                     fmt::format("{} of {} utterances are scored in more than one fold; pooled counts hold them as "
                                 "often.",
                                 repeated, times.size())});
  const auto unequal = [&](const SeedScores& s) { return s.scores.utterances != task.seeds[0].scores.utterances; };
  if (std::any_of(task.seeds.begin(), task.seeds.end(), unequal))
    notes.push_back({Kind::warning, "unequal-seeds",
                     "The seeds scored different numbers of utterances; their spread is not that of seeds alone."});
}

void note_resampling(const Task& task, std::vector<Note>& notes) {
  const Resampling& r = task.resampling;
  if (r.method == "none") return;
  if (r.unit == "utterance")
    notes.push_back({r.reason == "asked for" ? Kind::information : Kind::not_checked, "interval-unit",
                     fmt::format("Intervals are by utterance ({}): where speakers differ they are much too narrow, and "
                                 "a stated 95 % holds in about 70 % of cases.",
                                 r.reason)});
  if (r.unit == "speaker" && r.units < fewest_units)
    notes.push_back({Kind::warning, "few-speakers",
                     fmt::format("Only {} {} scored: no interval holds well with fewer than {}.", r.units,
                                 r.units == 1 ? "speaker is" : "speakers are", fewest_units)});
  if (r.without_speaker > 0)
    notes.push_back(
        {Kind::information, "interval-unit",
         fmt::format("{} utterances without a speaker stand for themselves in the intervals.", r.without_speaker)});
}

void note_calibration(const Task& task, std::vector<Note>& notes) {
  if (!task.calibration) return;
  if (!task.calibration->scaled)
    notes.push_back({Kind::not_checked, "temperature",
                     "Temperature scaling: it is fitted on the dev part, and there are no dev predictions of each fold "
                     "and seed."});
}

}  // namespace

void note_lone_classes(const PredictionRows& rows, const ResamplingUnits& units, std::vector<Note>& notes) {
  if (units.kind != "speaker" || units.names.size() < 2) return;
  std::map<std::string, std::set<std::size_t>> speakers;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (!rows[i]->label.empty()) speakers[rows[i]->label].insert(units.of_row[i]);
  Names lone;
  for (const auto& [label, of_label] : speakers)
    if (of_label.size() == 1) lone.push_back(fmt::format("{} ({})", label, units.names[*of_label.begin()]));
  if (!lone.empty())
    notes.push_back({Kind::warning, "class-of-one-speaker",
                     fmt::format("Only one speaker has {}: the figures hold that person's way of it, and intervals by "
                                 "speaker, which lose the class with the speaker, say little.",
                                 first_names(lone))});
}

std::vector<Note> task_notes(const Task& task, const PredictionRows& rows, const Names& classes) {
  std::vector<Note> notes;
  note_collapse(task, rows, classes, notes);
  if (!classes.empty()) {
    note_classes(task, classes, notes);
    note_level(task, notes);
  }
  note_counts(task, rows, notes);
  note_resampling(task, notes);
  note_calibration(task, notes);
  return notes;
}

}  // namespace ser
