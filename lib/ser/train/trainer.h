// The training loop.
#pragma once

#include <ser/nn/network/network_bundle.h>
#include <ser/train/batches.h>
#include <ser/train/checkpoint.h>
#include <ser/train/loader.h>
#include <ser/train/observers.h>
#include <ser/train/trainee.h>

#include <memory>
#include <string>
#include <vector>

namespace ser {

/// Outputs of clips, not padded and not scaled: logits or values of dimensions.
struct Evaluated {
  std::vector<std::size_t> rows;
  at::Tensor outputs;  ///< [rows, outputs], on the CPU
  NamedValues scores;  ///< loss, then uar, war, macro-f1; or ccc and per dimension ccc_<name>; or kl
};

/// Trains one network in one cell. Same seed, same number of threads, same bits, whether it ran in one go or was killed
/// and resumed: draws are keyed by seed, epoch and utterance, dropout's generator is seeded from (seed, epoch, batch).
class Trainer {
 public:
  /// Builds the network and, where the cell's folder has a checkpoint, goes on from it. The standardisation is measured
  /// on the training part.
  explicit Trainer(const NetworkCell& cell);
  /// All epochs, then the weights to keep. Saves after each epoch, every save_minutes and when a signal asks for it.
  void run();
  Evaluated evaluate(const std::vector<std::size_t>& rows);
  const Loader& loader() const { return *loader_; }
  Network& network() { return trainee_->network(); }
  const Objective& objective() const { return trainee_->objective(); }
  const TrainingState& state() const { return state_; }

 private:
  std::vector<TrainingClip> clips_of(const std::vector<std::size_t>& rows) const;
  void measure_inputs();
  void begin();
  void resume();
  void measure_losses();
  void run_epoch();
  void train_batch(const Batch& batch, std::size_t batches_in_step);
  void take_step(std::size_t batches);
  /// Of the learning rate, after state_.batch of the epoch's batches.
  double rate_factor(std::size_t batches) const;
  [[noreturn]] void fail_not_finite(const char* what, const char* which, const std::vector<std::size_t>& rows) const;
  std::string named(const std::vector<std::size_t>& rows) const;
  void finish_epoch(double seconds);
  Evaluated evaluate_or_save(const std::vector<std::size_t>& rows);
  double score_of(const Evaluated& dev) const;
  void save();

  const NetworkCell& cell_;
  const TrainingOptions& options_;
  std::vector<std::size_t> train_rows_, dev_rows_;
  std::vector<TrainingClip> train_clips_;
  std::unique_ptr<Trainee> trainee_;
  std::unique_ptr<Loader> loader_;
  std::unique_ptr<MetricsFile> metrics_;
  std::vector<std::unique_ptr<Observer>> observers_;
  TrainingState state_;
  double last_loss_ = 0;
  std::vector<std::size_t> step_rows_;  ///< of the batches since the last step
};

}  // namespace ser
