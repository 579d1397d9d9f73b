// Who watches a training: messages with the time left, metrics.jsonl, TensorBoard events.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ser {

using NamedValues = std::vector<std::pair<std::string, double>>;

struct StepReport {
  std::int64_t step = 0;
  double loss = 0, learning_rate = 0, gradient_norm = 0;
};

struct EpochReport {
  int epoch = 0, epochs = 0;  ///< from 1
  std::int64_t step = 0;
  NamedValues train;          ///< loss and its terms, each a mean over clips
  NamedValues dev;            ///< loss and scores; empty without a dev part
  double learning_rate = 0, gradient_norm = 0;  ///< at the last step; mean over steps
  double seconds = 0, audio_seconds = 0;        ///< of this epoch, dev part included
  bool best = false;
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_step(const StepReport&) {}
  virtual void on_epoch(const EpochReport&) {}
};

/// One message per epoch: losses, scores, audio seconds per second, time left.
std::unique_ptr<Observer> make_log_observer(const std::string& what);

/// Appends a JSON object per epoch.
class MetricsFile final : public Observer {
 public:
  /// Cuts an existing file to `bytes`: what an interrupted run had written beyond its checkpoint.
  MetricsFile(std::filesystem::path path, std::int64_t bytes);
  void on_epoch(const EpochReport& report) override;
  std::int64_t bytes() const { return bytes_; }

 private:
  std::filesystem::path path_;
  std::int64_t bytes_;
};

}  // namespace ser
