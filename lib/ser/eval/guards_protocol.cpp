#include <fmt/format.h>
#include <ser/corpus/leak_check.h>
#include <ser/corpus/utterance_columns.h>
#include <ser/eval/guards.h>

namespace ser {
namespace {

using Kind = Note::Kind;

void add(std::vector<Note>& notes, Kind kind, const char* check, const std::vector<Crossing>& crossings,
         const std::string& what) {
  if (crossings.empty()) return;
  std::vector<std::string> names;
  for (const Crossing& crossing : crossings) names.push_back(crossing.what + " (fold " + crossing.fold + ")");
  notes.push_back({kind, check, fmt::format("{} {}: {}.", crossings.size(), what, first_names(names))});
}

}  // namespace

std::vector<Note> protocol_notes(const Protocol& protocol, std::span<const Manifest> manifests) {
  std::map<std::string, std::string> hashes;
  for (const Manifest& manifest : manifests)
    for (const Utterance& utterance : manifest.utterances)
      if (const std::string& hash = extra_value(utterance, "audio_hash"); !hash.empty()) hashes[utterance.id] = hash;
  const LeakReport report = check_leaks(protocol, manifests, hashes);
  const Kind declared = report.speaker_dependent ? Kind::information : Kind::warning;
  std::vector<Note> notes;
  add(notes, declared, "groups-crossing", report.groups,
      fmt::format("values of {} cross the parts of a fold: the figures do not carry over to new ones",
                  report.group_column));
  add(notes, Kind::warning, "segments-crossing", report.segments,
      "pairs of utterances from different parts share audio: what was trained on is tested");
  add(notes, Kind::warning, "duplicates-crossing", report.duplicates,
      "sets of equal audio cross the parts of a fold: what was trained on is tested");
  add(notes, Kind::warning, "mixtures-crossing", report.mixtures,
      "mixed copies hold a clip of another part: what is tested was trained on");
  add(notes, Kind::information, "sessions-crossing", report.sessions,
      "recording sessions are in several parts of a fold: room and microphone may help");
  if (notes.empty())
    notes.push_back({Kind::information, "protocol",
                     fmt::format("No {} and no audio range crosses the parts of the protocol.", report.group_column)});
  if (report.unknown_groups > 0)
    notes.push_back({Kind::not_checked, "groups-crossing",
                     fmt::format("{} of {} utterances have no {}.", report.unknown_groups, report.utterances,
                                 report.group_column)});
  if (!report.sessions_checked)
    notes.push_back({Kind::not_checked, "sessions-crossing", "Sessions crossing parts: the manifest names none."});
  if (!report.duplicates_checked)
    notes.push_back({Kind::not_checked, "duplicates-crossing",
                     "Equal audio crossing parts: that reads all audio ('ser-extract folds check --hash-audio')."});
  return notes;
}

}  // namespace ser
