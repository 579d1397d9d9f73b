#include <ser/base/text.h>
#include <ser/corpus/audio_facts.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace ser {
namespace {

void check_distribution(const Utterance& u, const std::string& where, const ValidateOptions& options,
                        std::vector<Problem>& problems) {
  if (u.distribution.empty()) return;
  double sum = 0;
  for (const auto& [label, probability] : u.distribution) sum += probability;
  const double error = std::abs(sum - 1);
  if (error <= 1e-6) return;
  problems.push_back({error > options.max_sum_error ? Severity::error : Severity::warning, "distribution", u.id, where,
                      fmt::format("the probabilities sum to {}", format_number(sum))});
}

/// "12 of 400 utterances have no speaker"; nothing when none is missing.
void note_missing(const Manifest& manifest, const std::string& column, std::vector<Problem>& problems) {
  std::size_t missing = 0;
  std::string first;
  for (const Utterance& u : manifest.utterances) {
    if (!manifest.column(u, column).empty()) continue;
    if (missing++ == 0) first = u.id;
  }
  if (missing == 0) return;
  problems.push_back(
      {Severity::warning, "missing-" + column, "", "utterances.tsv",
       fmt::format("{} of {} utterances have no {}, such as {}", missing, manifest.utterances.size(), column, first)});
}

void check_genders(const Manifest& manifest, const std::vector<std::string>& where, std::vector<Problem>& problems) {
  std::unordered_map<std::string, std::string> gender_of;
  for (std::size_t i = 0; i < manifest.utterances.size(); ++i) {
    const Utterance& u = manifest.utterances[i];
    if (u.speaker.empty() || u.gender.empty()) continue;
    const auto [at, fresh] = gender_of.emplace(u.speaker, u.gender);
    if (!fresh && at->second != u.gender)
      problems.push_back({Severity::warning, "gender", u.id, where[i],
                          fmt::format("speaker {} is {} here and {} before", u.speaker, u.gender, at->second)});
  }
}

/// Which of a defect's utterances the manifest holds, found by id or by the stem of the audio file.
std::vector<std::size_t> find_members(const KnownDefect& defect,
                                      const std::unordered_map<std::string, std::size_t>& places) {
  std::vector<std::size_t> members;
  for (const std::string& id : defect.ids)
    if (const auto at = places.find(id); at != places.end()) members.push_back(at->second);
  return members;
}

/// Whether the measurements show the defect; nothing when they cannot say.
std::optional<bool> is_confirmed(const std::string& kind, const AudioFacts& first, const AudioFacts& last,
                                 double silence_rms) {
  if (!first.failure.empty() || !last.failure.empty()) return std::nullopt;
  if (kind == "silent") return first.rms < silence_rms;
  if (kind == "stereo") return first.channels > 1;
  if (kind == "duplicate" && !first.hash.empty() && !last.hash.empty()) return first.hash == last.hash;
  return std::nullopt;
}

}  // namespace

void check_annotations(const Manifest& manifest, const std::vector<std::string>& where, const ValidateOptions& options,
                       std::vector<Problem>& problems) {
  for (std::size_t i = 0; i < manifest.utterances.size(); ++i)
    check_distribution(manifest.utterances[i], where[i], options, problems);
  check_genders(manifest, where, problems);
  note_missing(manifest, "speaker", problems);
  const bool distributions_only =
      std::all_of(manifest.utterances.begin(), manifest.utterances.end(),
                  [](const Utterance& u) { return u.emotion.empty() && !u.distribution.empty(); });
  if (!distributions_only) note_missing(manifest, "emotion", problems);
}

void check_known_defects(const Manifest& manifest, const CorpusDefinition& definition,
                         const std::vector<AudioFacts>& facts, const std::vector<std::string>& where,
                         double silence_rms, std::vector<Problem>& problems) {
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < manifest.utterances.size(); ++i) {
    places.emplace(manifest.utterances[i].id, i);
    places.emplace(std::filesystem::path(manifest.utterances[i].wav).stem().string(), i);
  }
  const auto say = [&](const KnownDefect& defect, std::size_t first, std::size_t last) {
    const auto confirmed = is_confirmed(defect.kind, facts[first], facts[last], silence_rms);
    const std::string other = first == last ? "" : " with " + manifest.utterances[last].id;
    problems.push_back({Severity::note, "known-" + defect.kind, manifest.utterances[first].id, where[first],
                        fmt::format("known defect of {}{}: {}", definition.name, other,
                                    !confirmed   ? "not measured here"
                                    : *confirmed ? "confirmed"
                                                 : "not found in this copy")});
  };
  for (const KnownDefect& defect : definition.defects) {
    const std::vector<std::size_t> members = find_members(defect, places);
    const bool pair = defect.kind == "duplicate" || defect.kind == "overlap";
    if (pair && members.size() == 2) say(defect, members[0], members[1]);
    if (!pair)
      for (const std::size_t member : members) say(defect, member, member);
  }
}

}  // namespace ser
