#include <fmt/format.h>
#include <fmt/ranges.h>
#include <ser/base/hash.h>
#include <ser/corpus/confounding.h>
#include <ser/eval/guards.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

namespace ser {
namespace {

using Kind = Note::Kind;
using Names = std::vector<std::string>;

/// The speaker alone counts as telling the class when it reaches this much UAR above chance.
constexpr double telling = 0.1;
/// More rows than this share with equal scores mean coarse scores, not equal audio.
constexpr double coarse = 0.1;

/// The utterances of a speaker that a fold scores, as a count and a sum of hashes: equal for equal sets.
struct Share {
  std::size_t utterances = 0;
  std::uint64_t hash = 0;
  bool operator==(const Share&) const = default;
};

/// What the rows say of speakers.
struct SpeakerUse {
  std::map<std::string, std::map<std::string, Share>> shares;  ///< [speaker][fold] of the scored part
  std::map<std::pair<std::string, std::string>, std::set<std::string>> parts_of;  ///< [fold, speaker]
  std::set<std::string> unknown;                                                  ///< ids
};

SpeakerUse speaker_use(const ColumnLookup& speakers, const RunInfo& run, const PredictionRows& rows,
                       const std::string& part) {
  SpeakerUse use;
  for (const Prediction* row : rows) {
    const std::string speaker = speakers.of(*row);
    if (speaker.empty()) {
      use.unknown.insert(row->id);
      continue;
    }
    use.parts_of[{row->fold, speaker}].insert(row->part);
    if (row->part != part) continue;
    const FoldInfo* fold = run.fold(row->fold);
    if (fold && !fold->kind.empty() && fold->kind != "self") {
      use.shares.try_emplace(speaker);
      continue;
    }
    Share& share = use.shares[speaker][row->fold];
    ++share.utterances;
    share.hash += hash64(row->id + '\t' + std::to_string(row->seed));
  }
  return use;
}

/// In cross-validation a speaker who is tested with different utterances in two folds was in training in both.
void note_speakers_across_folds(const SpeakerUse& use, const RunInfo& run, std::vector<Note>& notes) {
  Names crossing;
  for (const auto& [speaker, folds] : use.shares)
    if (std::any_of(folds.begin(), folds.end(), [&](const auto& f) { return !(f.second == folds.begin()->second); }))
      crossing.push_back(speaker);
  notes.push_back({Kind::information, "speakers", fmt::format("{} speakers are scored.", use.shares.size())});
  if (crossing.empty()) return;
  const bool declared = run.speaker_dependent.value_or(false);
  notes.push_back(
      {declared ? Kind::information : Kind::warning, "speakers-across-folds",
       fmt::format("{} of {} speakers are tested in several folds with different utterances ({}): in "
                   "cross-validation they are then in training too, and the figures are "
                   "speaker-dependent{}.",
                   crossing.size(), use.shares.size(), first_names(crossing), declared ? ", as declared" : "")});
}

void note_speakers_across_parts(const SpeakerUse& use, const RunInfo& run, std::vector<Note>& notes) {
  std::set<std::string> crossing, parts;
  for (const auto& [key, of_speaker] : use.parts_of) {
    parts.insert(of_speaker.begin(), of_speaker.end());
    if (of_speaker.size() > 1) crossing.insert(key.second);
  }
  if (!crossing.empty())
    notes.push_back({run.speaker_dependent.value_or(false) ? Kind::information : Kind::warning, "speakers-across-parts",
                     fmt::format("{} speakers are in several parts ({}) of the same fold: {}.", crossing.size(),
                                 fmt::join(parts, ", "), first_names({crossing.begin(), crossing.end()}))});
}

/// Guesses the class of each scored utterance from the speaker's other utterances.
void note_confounding(const PredictionTable& table, const ColumnLookup& speakers, const PredictionRows& rows,
                      const std::string& part, std::vector<Note>& notes) {
  Manifest manifest;
  std::unordered_set<std::string> seen;
  for (const Prediction* row : rows) {
    if (row->part != part || row->label.empty() || !seen.insert(row->id).second) continue;
    Utterance& utterance = manifest.utterances.emplace_back();
    utterance.id = row->id, utterance.emotion = row->label, utterance.speaker = speakers.of(*row);
  }
  LabelSpace labels;
  labels.classes = table.classes;
  for (std::size_t k = 0; k < table.classes.size(); ++k) labels.map.emplace(table.classes[k], static_cast<int>(k));
  const ConfoundingReport report = confounding(manifest, labels, "speaker");
  const auto present = std::count_if(report.largest.begin(), report.largest.end(),
                                     [](const ConfoundingReport::Share& s) { return s.total > 0; });
  if (report.utterances == 0 || present < 2) return;
  const double chance = 1 / static_cast<double>(present);
  const std::string text = fmt::format(
      "Guessing the class from the speaker's other utterances alone gives a UAR of {:.1f} % (chance {:.1f} %); {} of "
      "{} "
      "speakers occur with one class only",
      100 * report.group_only_uar, 100 * chance, report.single_class_groups, report.groups);
  if (report.group_only_uar > chance + telling)
    notes.push_back(
        {Kind::warning, "speaker-confounding",
         text + ": the voice tells the class, and a model that shares speakers with its test can use that."});
  else
    notes.push_back({Kind::information, "speaker-confounding", text + "."});
}

/// The same scores to the last bit under two ids are most likely the same audio.
void note_equal_outputs(const PredictionTable& table, const PredictionRows& rows, std::vector<Note>& notes) {
  if (table.decisions_only && table.dimensions.empty()) return;
  std::map<std::string, std::vector<const Prediction*>> groups;
  for (const Prediction* row : rows) {
    std::string key = row->fold + '\t' + std::to_string(row->seed) + '\t';
    for (const auto* values : {&row->probabilities, &row->estimate})
      key.append(reinterpret_cast<const char*>(values->data()), values->size() * sizeof(double));
    groups[hash_bytes(key)].push_back(row);
  }
  std::size_t repeated = 0;
  std::set<std::string> within, across;
  for (const auto& [key, group] : groups) {
    if (group.size() < 2) continue;
    repeated += group.size() - 1;
    std::set<std::string> parts, ids;
    for (const Prediction* row : group) parts.insert(row->part), ids.insert(row->id);
    if (ids.size() > 1) (parts.size() > 1 ? across : within).insert(fmt::format("{}", fmt::join(ids, " = ")));
  }
  if (static_cast<double>(repeated) > coarse * static_cast<double>(rows.size())) {
    notes.push_back({Kind::not_checked, "duplicates",
                     "Equal audio under several ids: too many utterances share their scores to tell (rounded, or a "
                     "model that hardly moves)."});
    return;
  }
  if (!across.empty())
    notes.push_back({Kind::warning, "duplicates-across-parts",
                     fmt::format("{} sets of ids in different parts have the same scores to the last bit, most likely "
                                 "the same audio: {}.",
                                 across.size(), first_names({across.begin(), across.end()}))});
  if (!within.empty())
    notes.push_back({Kind::information, "duplicates",
                     fmt::format("{} sets of ids have the same scores to the last bit, most likely the same audio "
                                 "counted more than once: {}.",
                                 within.size(), first_names({within.begin(), within.end()}))});
}

void note_ids(std::span<const Manifest> manifests, const PredictionRows& rows, const std::string& part,
              std::vector<Note>& notes) {
  std::unordered_set<std::string> known, scored;
  for (const Manifest& manifest : manifests)
    for (const Utterance& utterance : manifest.utterances) known.insert(utterance.id);
  std::set<std::string> unknown;
  for (const Prediction* row : rows) {
    if (row->part == part) scored.insert(row->id);
    if (!known.contains(row->id)) unknown.insert(row->id);
  }
  if (!unknown.empty())
    notes.push_back({Kind::warning, "unknown-ids",
                     fmt::format("{} predicted utterances are in no manifest given: {}.", unknown.size(),
                                 first_names({unknown.begin(), unknown.end()}))});
  const auto silent = std::count_if(known.begin(), known.end(), [&](const auto& id) { return !scored.contains(id); });
  if (silent > 0)
    notes.push_back({Kind::information, "not-scored",
                     fmt::format("{} of {} utterances of the manifest are not scored (outside the label space or the "
                                 "folds, or failed).",
                                 silent, known.size())});
}

}  // namespace

std::vector<Note> speaker_notes(const PredictionTable& table, std::span<const Manifest> manifests,
                                const ColumnLookup& speakers, const RunInfo& run, const std::string& part) {
  PredictionRows rows;
  for (const Prediction& row : table.rows) rows.push_back(&row);
  std::sort(rows.begin(), rows.end(), [](const Prediction* a, const Prediction* b) { return a->id < b->id; });
  std::vector<Note> notes;
  const SpeakerUse use = speaker_use(speakers, run, rows, part);
  if (use.shares.empty()) {
    notes.push_back({Kind::not_checked, "speakers",
                     manifests.empty() ? "Speakers, and utterances without prediction: no manifest was given."
                                       : "Speakers: none is known of the scored utterances."});
  } else {
    note_speakers_across_folds(use, run, notes);
    note_speakers_across_parts(use, run, notes);
    note_confounding(table, speakers, rows, part, notes);
    if (!use.unknown.empty())
      notes.push_back({Kind::not_checked, "unknown-speakers",
                       fmt::format("{} utterances have no speaker in the {}: {}.", use.unknown.size(),
                                   speakers.of_manifests() ? "manifest" : "table",
                                   first_names({use.unknown.begin(), use.unknown.end()}))});
    if (manifests.empty())
      notes.push_back({Kind::not_checked, "not-scored", "Utterances without prediction: no manifest was given."});
  }
  if (!manifests.empty()) note_ids(manifests, rows, part, notes);
  note_equal_outputs(table, rows, notes);
  return notes;
}

}  // namespace ser
