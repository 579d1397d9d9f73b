// Does anything of the test part occur in training? (DESIGN: "Protocol": training refuses to start when it does.)
#pragma once

#include <ser/corpus/protocol.h>

#include <map>
#include <span>
#include <string>
#include <vector>

namespace ser {

/// Something that is in more than one part of a fold.
struct Crossing {
  std::string fold;
  std::string what;                          ///< "urdu/SM5", or two ids
  std::size_t train = 0, dev = 0, test = 0;  ///< utterances of it in each part
};

struct LeakReport {
  std::string group_column;
  bool speaker_dependent = false;        ///< declared by the protocol
  std::vector<Crossing> groups;          ///< values of the group column
  std::vector<Crossing> sessions;        ///< recording sessions; a hint, no error: speakers may share a session
  std::vector<Crossing> segments;        ///< pairs of ids on the same audio: ranges that share half of the shorter one
  std::vector<Crossing> duplicates;      ///< sets of ids with equal audio by hash
  std::vector<Crossing> mixtures;        ///< copies that hold a clip of another part (column mixed_with)
  std::vector<std::string> equal_audio;  ///< all such sets, "a, b", whether they cross parts or not
  std::vector<std::string> repeated_ids;
  std::size_t utterances = 0, unknown_groups = 0;  ///< all, and those without a group: not checked
  bool sessions_checked = false;                   ///< false when the manifests name none
  bool duplicates_checked = false;                 ///< false when no hashes were given
  bool has_mixtures = false;                       ///< whether any utterance is a mixed copy

  /// Nothing but sessions crosses.
  bool clean() const {
    return groups.empty() && segments.empty() && duplicates.empty() && mixtures.empty() && repeated_ids.empty();
  }
  /// Lines for people, one per kind of check, and a list of what crosses.
  std::string text() const;
};

/// `audio_hashes`: id to hash of the audio, as far as known. Throws DataError when the manifests do not hold the
/// protocol's utterances, UsageError when they lack the group column.
LeakReport check_leaks(const Protocol& protocol, std::span<const Manifest> manifests,
                       const std::map<std::string, std::string>& audio_hashes = {});

/// Throws DataError naming what crosses, unless the protocol is declared speaker-dependent (repeated ids are never
/// allowed).
void require_no_leaks(const Protocol& protocol, const LeakReport& report);

}  // namespace ser
