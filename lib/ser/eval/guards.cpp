#include <fmt/format.h>
#include <ser/base/hash.h>
#include <ser/base/text.h>
#include <ser/eval/guards.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

namespace ser {
namespace {

using Kind = Note::Kind;
using Names = std::vector<std::string>;

/// "a, b, c and 9 more"
std::string first_names(const Names& names, std::size_t shown = 5) {
  const Names first(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(shown, names.size())));
  return join(first, ", ") + (names.size() > shown ? fmt::format(" and {} more", names.size() - shown) : "");
}

/// True when no probability of any class changes from row to row.
bool constant_probabilities(const PredictionRows& rows) {
  if (rows.size() < 2 || rows[0]->probabilities.empty()) return false;
  for (const Prediction* row : rows)
    for (std::size_t k = 0; k < row->probabilities.size(); ++k)
      if (std::abs(row->probabilities[k] - rows[0]->probabilities[k]) > 1e-6) return false;
  return true;
}

std::size_t classes_predicted(const Scores& scores) {
  return static_cast<std::size_t>(std::count_if(scores.classes.begin(), scores.classes.end(),
                                                [](const ClassScores& c) { return c.predicted > 0; }));
}

void note_constant_predictions(const Task& task, const PredictionRows& rows, std::vector<Note>& notes) {
  std::map<std::pair<std::string, int>, PredictionRows> cells;
  for (const Prediction* row : rows) cells[{row->fold, row->seed}].push_back(row);
  Names one_class, one_output;
  for (const FoldScores& fold : task.folds) {
    const std::string cell =
        fold.fold.empty() ? fmt::format("seed {}", fold.seed) : fmt::format("fold {} seed {}", fold.fold, fold.seed);
    if (fold.scores.classes_present > 1 && classes_predicted(fold.scores) == 1) one_class.push_back(cell);
    if (constant_probabilities(cells[{fold.fold, fold.seed}])) one_output.push_back(cell);
  }
  if (!one_class.empty())
    notes.push_back({Kind::warning, "constant-predictions",
                     fmt::format("All utterances are predicted as one class in {} of {} cells ({}): the model has "
                                 "collapsed there and its figures say nothing about speech.",
                                 one_class.size(), task.folds.size(), first_names(one_class))});
  if (!one_output.empty())
    notes.push_back({Kind::warning, "constant-probabilities",
                     fmt::format("The probabilities are the same for every utterance in {} of {} cells ({}): the model "
                                 "does not look at its input.",
                                 one_output.size(), task.folds.size(), first_names(one_output))});
}

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

}  // namespace

std::vector<Note> task_notes(const Task& task, const PredictionRows& rows, const Names& classes) {
  std::vector<Note> notes;
  note_constant_predictions(task, rows, notes);
  note_classes(task, classes, notes);
  note_level(task, notes);
  note_counts(task, rows, notes);
  return notes;
}

std::vector<Note> run_notes(const RunInfo& run, const PredictionRows& rows) {
  std::vector<Note> notes;
  std::set<std::string> folds;
  for (const Prediction* row : rows) folds.insert(row->fold);
  Names missing, unknown;
  for (const FoldInfo& fold : run.folds)
    if (!folds.contains(fold.name)) missing.push_back(fold.name);
  for (const std::string& fold : folds)
    if (!run.folds.empty() && !run.fold(fold)) unknown.push_back(fold);
  if (!missing.empty())
    notes.push_back({Kind::warning, "folds-missing",
                     fmt::format("{} of the {} folds in run.yaml have no predictions here: {}.", missing.size(),
                                 run.folds.size(), first_names(missing))});
  if (!unknown.empty())
    notes.push_back(
        {Kind::warning, "folds-unknown", fmt::format("Folds that run.yaml does not list: {}.", first_names(unknown))});
  if (!run.speaker_dependent)
    notes.push_back({Kind::not_checked, "speaker-dependence",
                     "Whether training and test share speakers: not recorded beside the predictions (run.yaml)."});
  return notes;
}

namespace {

/// Speaker of each id; empty: unknown. Speakers of different corpora are different.
std::unordered_map<std::string, std::string> speakers_of(std::span<const Manifest> manifests) {
  std::unordered_map<std::string, std::string> speakers;
  for (const Manifest& manifest : manifests)
    for (const Utterance& u : manifest.utterances)
      speakers.emplace(u.id, u.speaker.empty() ? "" : manifest.corpus + ' ' + u.speaker);
  return speakers;
}

/// The utterances of a speaker that a fold scores, as a count and a sum of hashes: equal for equal sets.
struct Share {
  std::size_t utterances = 0;
  std::uint64_t hash = 0;
  bool operator==(const Share&) const = default;
};

/// In cross-validation a speaker who is tested with different utterances in two folds was in training in both.
void note_speakers_across_folds(const std::map<std::string, std::map<std::string, Share>>& shares, const RunInfo& run,
                                std::vector<Note>& notes) {
  Names crossing;
  for (const auto& [speaker, folds] : shares)
    if (std::any_of(folds.begin(), folds.end(), [&](const auto& f) { return !(f.second == folds.begin()->second); }))
      crossing.push_back(speaker);
  notes.push_back({Kind::information, "speakers", fmt::format("{} speakers are scored.", shares.size())});
  if (crossing.empty()) return;
  const bool declared = run.speaker_dependent.value_or(false);
  notes.push_back(
      {declared ? Kind::information : Kind::warning, "speakers-across-folds",
       fmt::format("{} of {} speakers are tested in several folds with different utterances ({}): in "
                   "cross-validation they are then in training too, and the figures are "
                   "speaker-dependent{}.",
                   crossing.size(), shares.size(), first_names(crossing), declared ? ", as declared" : "")});
}

}  // namespace

std::vector<Note> manifest_notes(std::span<const Manifest> manifests, const RunInfo& run, const PredictionRows& rows,
                                 const std::string& part) {
  if (manifests.empty())
    return {{Kind::not_checked, "speakers", "Speakers, and utterances without prediction: no manifest was given."}};
  const auto speakers = speakers_of(manifests);
  std::vector<Note> notes;
  std::set<std::string> scored, unknown_ids, unknown_speakers, both_parts;
  std::map<std::string, std::map<std::string, Share>> shares;                     // speaker, fold
  std::map<std::pair<std::string, std::string>, std::set<std::string>> parts_of;  // fold, speaker
  for (const Prediction* row : rows) {
    const auto at = speakers.find(row->id);
    if (row->part == part) scored.insert(row->id);
    if (at == speakers.end())
      unknown_ids.insert(row->id);
    else if (at->second.empty())
      unknown_speakers.insert(row->id);
    else {
      parts_of[{row->fold, at->second}].insert(row->part);
      if (row->part != part) continue;
      const FoldInfo* fold = run.fold(row->fold);
      if (fold && !fold->kind.empty() && fold->kind != "self") {
        shares.try_emplace(at->second);
        continue;
      }
      Share& share = shares[at->second][row->fold];
      ++share.utterances;
      share.hash += hash64(row->id + '\t' + std::to_string(row->seed));
    }
  }
  for (const auto& [key, parts] : parts_of)
    if (parts.size() > 1) both_parts.insert(key.second);
  const auto list = [&](Kind kind, const char* check, const std::set<std::string>& names, std::string_view text) {
    if (!names.empty())
      notes.push_back(
          {kind, check, fmt::format("{} {}: {}.", names.size(), text, first_names({names.begin(), names.end()}))});
  };
  note_speakers_across_folds(shares, run, notes);
  list(run.speaker_dependent.value_or(false) ? Kind::information : Kind::warning, "speakers-across-parts", both_parts,
       "speakers are in several parts (dev, test) of the same fold");
  list(Kind::warning, "unknown-ids", unknown_ids, "predicted utterances are in no manifest given");
  list(Kind::not_checked, "unknown-speakers", unknown_speakers, "utterances have no speaker in the manifest");
  std::size_t silent = 0;
  for (const auto& [id, speaker] : speakers) silent += !scored.contains(id);
  if (silent > 0)
    notes.push_back({Kind::information, "not-scored",
                     fmt::format("{} of {} utterances of the manifest are not scored (outside the label space or the "
                                 "folds, or failed).",
                                 silent, speakers.size())});
  return notes;
}

}  // namespace ser
