// Augmented copies of a study's utterances, which training takes in their place now and then.
#pragma once

#include <ser/experiment/study_data.h>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ser {

struct TrainingCopy {
  std::size_t source = 0;              ///< row of the study
  std::optional<std::size_t> partner;  ///< row of the study whose clip and label are mixed in
  double partner_share = 0;            ///< of its label
};

class TrainingCopies {
 public:
  /// `manifests`: written by `ser-extract augment` from the study's; `stores`: the frames of each, in the same order;
  /// none for audio, which is read at `rate_hz`. Copies of utterances that the study does not use, or mixed with one
  /// that it does not use, are left out, which the log tells; copies without features too, with a warning. Throws
  /// UsageError when a manifest has no column augmented_from or is given twice; DataError when it is of a corpus that
  /// the study has not, when its copies are mixed but it does not say with what, or when a store is of another front
  /// end or of other audio than the copies (column audio_hash).
  TrainingCopies(const StudyData& data, std::span<const std::string> manifests, std::span<const std::string> stores,
                 int rate_hz);

  std::size_t size() const { return copies_.size(); }
  const TrainingCopy& operator[](std::size_t copy) const { return copies_[copy].copy; }
  /// The copies of each row that a fold may train on, [rows of the study]: source and partner are in its training part,
  /// so that nothing of another part is heard.
  std::vector<std::vector<std::size_t>> usable(const Fold& fold) const;
  /// [frames, features] or [samples, 1]. May be called from many threads. Throws DataError naming the copy.
  Matrix read(std::size_t copy) const;
  /// How long the copy is; of audio that is read then, 0.
  double seconds(std::size_t copy) const;
  /// Of manifests and features.
  const std::string& checksum() const { return checksum_; }

 private:
  struct Place {
    TrainingCopy copy;
    std::size_t manifest = 0, utterance = 0;
  };
  void add(std::size_t manifest, const std::map<std::string, std::size_t>& row_of_id,
           std::vector<std::string>& missing);
  void check_features(std::size_t manifest, const std::string& name) const;
  const StudyData& data_;
  std::vector<Manifest> manifests_;
  std::vector<FeatureStore> stores_;
  int rate_hz_;
  std::vector<Place> copies_;
  std::string checksum_;
};

}  // namespace ser
