// From clips of a study to padded batches with their targets.
#pragma once

#include <ser/augment/mixup.h>
#include <ser/experiment/network_cell.h>
#include <ser/nn/losses/objective.h>
#include <ser/nn/network/network.h>

#include <cstdint>
#include <future>
#include <optional>
#include <span>
#include <vector>

namespace ser {

struct Batch {
  NetworkInput input;
  Targets targets;
  std::vector<std::size_t> rows;  ///< of the study
  double seconds = 0;             ///< of audio, without padding
};

/// What all clips should give, [rows of the study, classes or dimensions]. Throws DataError naming an utterance whose
/// distribution the manifest lacks or whose labels are none of the classes, or a dimension that none has.
Targets all_targets(const StudyData& data, const NetworkOptions& options);

/// What training hears of a row: itself, augmented and cut, or one of its copies; perhaps mixed with another clip.
struct HeardClip {
  Matrix values;
  std::size_t partner = 0;   ///< row that is mixed in
  double partner_share = 0;  ///< of the partner's target in the clip's; 0: not mixed
};

class Loader {
 public:
  /// `audio`: clips are samples, which the cell's augmentation changes in training. `longest_seconds` above 0: longer
  /// clips are cut to a part that is drawn (training). Throws UsageError where stored frames are to be augmented or
  /// mixed; DataError where copies are to be taken and the fold may take none.
  Loader(const NetworkCell& cell, bool audio, double longest_seconds);

  /// For training in `epoch`, or to evaluate.
  Batch load(std::span<const std::size_t> rows, std::optional<int> epoch) const;
  /// Copies that may be taken, and rows that have any.
  std::pair<std::size_t, std::size_t> usable_copies() const;
  /// Mean and deviation of each dimension over these rows, where it is known; [dimensions] each.
  std::pair<at::Tensor, at::Tensor> target_scale(const std::vector<std::size_t>& rows) const;
  /// Loads on a thread of its own.
  std::future<Batch> load_ahead(std::vector<std::size_t> rows, std::optional<int> epoch) const;

 private:
  HeardClip mixed(std::size_t row, std::uint64_t epoch) const;
  HeardClip heard(std::size_t row, int epoch) const;
  Matrix cut(Matrix clip, double seconds, const AugmentKey& key) const;
  Matrix augmented(std::size_t row, std::uint64_t epoch) const;
  const NetworkCell& cell_;
  bool audio_;
  double longest_seconds_;
  int rate_hz_ = 0;
  Augmenter augmenter_;
  Mixup mixup_;
  std::vector<std::size_t> train_rows_;  ///< whose clips may be mixed in
  Targets targets_;
  std::vector<std::vector<std::size_t>> copies_;  ///< of each row
};

}  // namespace ser
