// Progress of batch work: a line on a terminal, now and then a log line elsewhere, one closing line.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace ser {

class Progress {
 public:
  /// `what` as in "features"; `total` utterances are to come.
  Progress(std::string what, std::size_t total);
  /// One utterance finished; its audio length counts towards the real-time factor when it was computed just now.
  void done(double audio_seconds);
  void skipped() { ++skipped_; }
  void failed() { ++failed_; }
  std::size_t failures() const { return failed_; }
  /// "features: 1440 done, 0 failed, 1.48 h audio, 12.30 s elapsed, real-time factor 0.0023, peak memory 41.0 MiB"
  std::string summary() const;

 private:
  void show();
  double elapsed() const;
  std::string what_;
  std::size_t total_, done_ = 0, skipped_ = 0, failed_ = 0;
  double audio_seconds_ = 0;
  std::chrono::steady_clock::time_point start_, shown_;
  bool terminal_;
};

/// Highest resident set size of this process so far, in bytes.
double peak_memory_bytes();

}  // namespace ser
