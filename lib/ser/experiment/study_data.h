// What a study trains and tests on: manifests, feature stores and a protocol, joined by utterance id.
#pragma once

#include <ser/base/matrix.h>
#include <ser/corpus/protocol.h>
#include <ser/store/feature_store.h>

#include <span>
#include <string>
#include <vector>

namespace ser {

/// What a learner takes of an utterance.
enum class StudyInput { vectors, frames, audio };

/// 1. Row r of `x` belongs to utterance `utterance_of_row[r]` of the protocol; only utterances with a class and with
///    features have a row. Without vectors `x` is empty and rows are read when they are needed: study_clips.h.
/// 2. All stores were made with the same options.
struct StudyData {
  Protocol protocol;
  std::vector<Manifest> manifests;   ///< in the order of protocol.corpora
  std::vector<FeatureStore> stores;  ///< in the same order; none for audio
  Matrix x;                          ///< [rows, features], not standardised
  std::vector<std::size_t> utterance_of_row;
  std::vector<std::string> missing;        ///< ids with a class but without features
  std::vector<std::string> feature_names;  ///< [features]
  std::string feature_signature;           ///< YAML of the front end
  std::string feature_checksum;            ///< of the ids and vectors in the rows of x
  std::vector<std::string> speakers;       ///< [rows]; empty where unknown
  std::vector<std::size_t> manifest_row;   ///< [rows]: place in the corpus' manifest

  std::size_t size() const { return utterance_of_row.size(); }
  const Utterance& utterance(std::size_t row) const;
  int label(std::size_t row) const { return protocol.utterances[utterance_of_row[row]].label; }
  const std::string& id(std::size_t row) const { return protocol.utterances[utterance_of_row[row]].id; }
  const std::string& corpus(std::size_t row) const;
  /// "corpus/group", unique per utterance where the group is unknown.
  std::string group(std::size_t row) const;
  /// Rows of a part of a fold, ascending.
  std::vector<std::size_t> rows(const Fold& fold, Part part) const;
};

/// The utterance's label distribution over the classes of the label space; what the space drops is left out and the
/// rest scaled to sum to 1. Throws DataError when nothing is left.
std::vector<double> class_shares(const StudyData& data, std::size_t row);

/// "arousal", "valence" or "dominance"; NaN where unknown.
double dimension_of(const Utterance& utterance, const std::string& name);

/// Copies rows of a matrix.
Matrix select_rows(const Matrix& x, std::span<const std::size_t> rows);

/// `stores` goes with `manifests`, one each. Throws DataError when the protocol was made from other manifests, when
/// groups cross parts, when a store has other options than the first or not the input that is wanted; utterances
/// without features are counted and named in a warning. For audio no stores are given.
StudyData load_study(const std::string& protocol_path, std::span<const std::string> manifests,
                     std::span<const std::string> stores, StudyInput input = StudyInput::vectors);

}  // namespace ser
