// Which clips make which batch of an epoch.
#pragma once

#include <ser/network/training_options.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ser {

/// A clip that may be drawn.
struct TrainingClip {
  std::size_t row = 0;  ///< of the study
  double seconds = 0;
  int label = 0;
  std::size_t corpus = 0;
};

/// Places in `clips`, batch by batch. Clips of similar length share a batch: they are shuffled, sorted by length within
/// stretches of some tens of batches, cut into batches of at most batch_clips clips and batch_seconds of audio with
/// padding (one clip at least), and the batches are shuffled. Depends on (seed, epoch) and the clips' order alone.
std::vector<std::vector<std::size_t>> training_batches(std::span<const TrainingClip> clips,
                                                       const TrainingOptions& options, std::uint64_t seed, int epoch);

/// All clips once, the longest first, with four times the budget of a training batch.
std::vector<std::vector<std::size_t>> evaluation_batches(std::span<const TrainingClip> clips,
                                                         const TrainingOptions& options);

}  // namespace ser
