// The state of a training: all that a resumed one needs to end with the same bits.
#pragma once

#include <ser/nn/weights/weights.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace ser {

struct TrainingState {
  std::int64_t epoch = 0, batch = 0;  ///< to do next: batch of epoch, from 0
  std::int64_t step = 0;              ///< steps of the optimiser done
  std::int64_t best_epoch = -1;       ///< -1: none yet
  double best_score = 0;
  std::int64_t metrics_bytes = 0;     ///< of metrics.jsonl, what lies beyond is of work that is done again
  std::vector<double> sums;           ///< of the epoch so far: losses and counts
  NamedTensors weights, optimiser, average;
};

/// One file, replaced atomically.
void save_state(const TrainingState& state, const std::filesystem::path& file);
/// Throws DataError when the file is damaged.
TrainingState load_state(const std::filesystem::path& file);

}  // namespace ser
