#include <ser/base/text.h>
#include <ser/corpus/leak_check.h>
#include <ser/corpus/utterance_columns.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace ser {
namespace {

using Indices = std::vector<std::size_t>;
using Named = std::pair<std::string, Indices>;

void count(Crossing& crossing, Part part) {
  crossing.train += part == Part::train;
  crossing.dev += part == Part::dev;
  crossing.test += part == Part::test;
}

/// The sets that have members in two parts of a fold.
std::vector<Crossing> crossings(const Protocol& protocol, const std::vector<Named>& sets) {
  std::vector<Crossing> found;
  for (const Fold& fold : protocol.folds)
    for (const auto& [name, members] : sets) {
      Crossing crossing{fold.name, name};
      for (const std::size_t i : members) count(crossing, fold.parts[i]);
      if ((crossing.train > 0) + (crossing.dev > 0) + (crossing.test > 0) > 1) found.push_back(crossing);
    }
  return found;
}

/// Utterances by corpus and value; those without a value are left out.
std::vector<Named> sets_by_value(const Protocol& protocol, const std::vector<std::string>& values) {
  std::map<std::string, Indices> sets;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!values[i].empty()) sets[protocol.corpora[protocol.utterances[i].corpus].name + '/' + values[i]].push_back(i);
  return {sets.begin(), sets.end()};
}

struct Segment {
  double start, end;
  std::size_t index;
};

/// Pairs of utterances on the same audio whose ranges share at least half of the shorter one.
std::vector<Named> overlapping_pairs(const Protocol& protocol, std::span<const Manifest> manifests) {
  std::map<std::string, std::vector<Segment>> by_file;
  std::size_t i = 0;
  for (const Manifest& manifest : manifests)
    for (const Utterance& u : manifest.utterances)
      by_file[manifest.audio_path(u).lexically_normal().string()].push_back(
          {std::isnan(u.start) ? 0 : u.start, std::isnan(u.end) ? std::numeric_limits<double>::infinity() : u.end,
           i++});
  std::vector<Named> pairs;
  for (auto& [path, segments] : by_file) {
    std::sort(segments.begin(), segments.end(),
              [](const auto& a, const auto& b) { return std::tie(a.start, a.index) < std::tie(b.start, b.index); });
    for (std::size_t a = 0; a < segments.size(); ++a)
      for (std::size_t b = a + 1; b < segments.size() && segments[b].start < segments[a].end; ++b) {
        const double shared = std::min(segments[a].end, segments[b].end) - segments[b].start;
        const double shorter = std::min(segments[a].end - segments[a].start, segments[b].end - segments[b].start);
        if (shared >= shorter / 2)
          pairs.push_back(
              {protocol.utterances[segments[a].index].id + " and " + protocol.utterances[segments[b].index].id,
               {segments[a].index, segments[b].index}});
      }
  }
  return pairs;
}

std::vector<Named> equal_audio(const Protocol& protocol, const std::map<std::string, std::string>& hashes) {
  std::map<std::string, Indices> by_hash;
  for (std::size_t i = 0; i < protocol.utterances.size(); ++i)
    if (const auto at = hashes.find(protocol.utterances[i].id); at != hashes.end()) by_hash[at->second].push_back(i);
  std::vector<Named> sets;
  for (const auto& [hash, members] : by_hash) {
    if (members.size() < 2) continue;
    std::vector<std::string> ids;
    for (const std::size_t i : members) ids.push_back(protocol.utterances[i].id);
    sets.emplace_back(first_few(ids), members);
  }
  return sets;
}

/// Each mixed copy with the utterance that was mixed in and the other copies of that one.
std::vector<Named> mixed_pairs(const Protocol& protocol, std::span<const Manifest> manifests) {
  std::map<std::pair<std::string, std::string>, Indices> holding;  // corpus and id: the utterance and its copies
  std::vector<std::pair<std::size_t, std::pair<std::string, std::string>>> mixed;
  std::size_t i = 0;
  for (const Manifest& manifest : manifests)
    for (const Utterance& u : manifest.utterances) {
      holding[{manifest.corpus, u.id}].push_back(i);
      if (const std::string& source = extra_value(u, "augmented_from"); !source.empty())
        holding[{manifest.corpus, source}].push_back(i);
      if (const std::string& partner = extra_value(u, "mixed_with"); !partner.empty())
        mixed.push_back({i, {manifest.corpus, partner}});
      ++i;
    }
  std::vector<Named> pairs;
  for (const auto& [copy, partner] : mixed) {
    Indices members{copy};
    if (const auto found = holding.find(partner); found != holding.end())
      members.insert(members.end(), found->second.begin(), found->second.end());
    pairs.push_back({protocol.utterances[copy].id + " mixed with " + partner.second, std::move(members)});
  }
  return pairs;
}

void check_same_utterances(const Protocol& protocol, std::span<const Manifest> manifests) {
  std::size_t i = 0;
  for (const Manifest& manifest : manifests)
    for (const Utterance& u : manifest.utterances)
      if (i >= protocol.utterances.size() || protocol.utterances[i++].id != u.id)
        throw_error<DataError>(
            "the protocol does not hold the utterances of {} in their order ({}); make the folds again",
            manifest.corpus, u.id);
  if (i != protocol.utterances.size())
    throw_error<DataError>("the protocol has {} utterances, the manifests {}", protocol.utterances.size(), i);
}

std::vector<std::string> pooled_values(std::span<const Manifest> manifests, const std::string& column) {
  std::vector<std::string> pooled;
  for (const Manifest& manifest : manifests)
    for (std::string& value : column_values(manifest, column)) pooled.push_back(std::move(value));
  return pooled;
}

std::string describe(const Crossing& c) {
  std::vector<std::string> pieces;
  if (c.train) pieces.push_back(fmt::format("train {}", c.train));
  if (c.dev) pieces.push_back(fmt::format("dev {}", c.dev));
  if (c.test) pieces.push_back(fmt::format("test {}", c.test));
  return fmt::format("fold {}: {} ({})", c.fold, c.what, join(pieces, ", "));
}

std::string section(const std::string& title, const std::vector<Crossing>& crossings) {
  std::set<std::string> different;
  for (const Crossing& c : crossings) different.insert(c.what);
  if (different.empty()) return title + ": none crosses parts\n";
  std::string text = fmt::format("{}: {} cross parts\n", title, different.size());
  constexpr std::size_t shown = 20;
  for (std::size_t i = 0; i < std::min(shown, crossings.size()); ++i) text += "  " + describe(crossings[i]) + '\n';
  if (crossings.size() > shown) text += fmt::format("  and {} more\n", crossings.size() - shown);
  return text;
}

}  // namespace

LeakReport check_leaks(const Protocol& protocol, std::span<const Manifest> manifests,
                       const std::map<std::string, std::string>& audio_hashes) {
  check_same_utterances(protocol, manifests);
  LeakReport report;
  report.group_column = protocol.options.group;
  report.speaker_dependent = protocol.options.speaker_dependent;

  const std::vector<std::string> groups = pooled_values(manifests, protocol.options.group);
  report.groups = crossings(protocol, sets_by_value(protocol, groups));
  report.utterances = groups.size();
  report.unknown_groups = static_cast<std::size_t>(std::count(groups.begin(), groups.end(), ""));

  const std::vector<std::string> sessions = pooled_values(manifests, "session");
  report.sessions = crossings(protocol, sets_by_value(protocol, sessions));
  report.sessions_checked =
      std::any_of(sessions.begin(), sessions.end(), [](const std::string& s) { return !s.empty(); });

  report.segments = crossings(protocol, overlapping_pairs(protocol, manifests));
  const std::vector<Named> equal = equal_audio(protocol, audio_hashes);
  for (const Named& set : equal) report.equal_audio.push_back(set.first);
  report.duplicates = crossings(protocol, equal);
  report.duplicates_checked = !audio_hashes.empty();

  const std::vector<Named> mixed = mixed_pairs(protocol, manifests);
  report.mixtures = crossings(protocol, mixed);
  report.has_mixtures = !mixed.empty();

  std::set<std::string_view> seen;
  for (const PooledUtterance& u : protocol.utterances)
    if (!seen.insert(u.id).second) report.repeated_ids.push_back(u.id);
  return report;
}

std::string LeakReport::text() const {
  std::string text;
  if (unknown_groups < utterances) text += section(group_column, groups);
  if (unknown_groups > 0)
    text += fmt::format("{}: not checked for {} of {} utterances, where it is unknown\n", group_column, unknown_groups,
                        utterances);
  text += sessions_checked ? section("session", sessions) : "session: not checked, the manifests name none\n";
  text += section("the same audio file and time", segments);
  if (duplicates_checked) {
    text += section("equal audio", duplicates);
    constexpr std::size_t shown = 20;
    for (std::size_t i = 0; i < std::min(shown, equal_audio.size()); ++i)
      text += "  the same audio: " + equal_audio[i] + '\n';
    if (equal_audio.size() > shown) text += fmt::format("  and {} more sets\n", equal_audio.size() - shown);
  } else {
    text += "equal audio: not checked, no hashes were given\n";
  }
  if (has_mixtures) text += section("mixed copies with what is mixed in", mixtures);
  text += "repeated ids: " + (repeated_ids.empty() ? "none" : first_few(repeated_ids)) + '\n';
  if (speaker_dependent) text += "the protocol is declared speaker-dependent\n";
  return text;
}

void require_no_leaks(const Protocol& protocol, const LeakReport& report) {
  if (!report.repeated_ids.empty())
    throw_error<DataError>("ids occur more than once: {}", first_few(report.repeated_ids));
  if (report.clean() || protocol.options.speaker_dependent) return;
  const auto refuse = [](const std::string& what, const std::vector<Crossing>& crossings) {
    std::vector<std::string> pieces;
    for (const Crossing& c : crossings) pieces.push_back(describe(c));
    if (!pieces.empty())
      throw_error<DataError>("{} in more than one part: {}. Use folds by group, or declare it: --speaker-dependent",
                             what, first_few(pieces));
  };
  refuse(report.group_column, report.groups);
  refuse("the same audio file and time", report.segments);
  refuse("equal audio", report.duplicates);
  if (!report.mixtures.empty())
    throw_error<DataError>(
        "mixed copies hold clips of another part: {}. List the originals alone, and give the copies to a network with "
        "--copies, which leaves such ones out",
        describe(report.mixtures.front()));
}

}  // namespace ser
