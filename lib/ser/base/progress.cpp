#include <fmt/format.h>
#include <ser/base/log.h>
#include <ser/base/progress.h>
#include <ser/base/text.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

namespace ser {

double peak_memory_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:"))
      if (const auto words = split_words(line); words.size() > 1) return 1024 * parse_double(words[1]).value_or(0);
  return 0;
}

Progress::Progress(std::string what, std::size_t total)
    : what_(std::move(what)),
      total_(total),
      start_(std::chrono::steady_clock::now()),
      shown_(start_),
      terminal_(::isatty(STDERR_FILENO)) {}

double Progress::elapsed() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void Progress::done(double audio_seconds) {
  ++done_;
  audio_seconds_ += audio_seconds;
  show();
}

void Progress::show() {
  const auto now = std::chrono::steady_clock::now();
  if (now - shown_ < std::chrono::milliseconds(terminal_ ? 200 : 30000)) return;
  shown_ = now;
  const std::size_t finished = done_ + skipped_ + failed_;
  const double remaining = elapsed() / static_cast<double>(done_) * static_cast<double>(total_ - finished);
  const std::string line =
      fmt::format("{}: {}/{}, {} failed, real-time factor {:.5f}, about {} left", what_, finished, total_, failed_,
                  audio_seconds_ > 0 ? elapsed() / audio_seconds_ : 0, format_duration(remaining));
  if (terminal_)
    fmt::print(stderr, "\r\033[K{}\r", line);
  else
    log::info("{}", line);
}

std::string Progress::summary() const {
  if (terminal_) fmt::print(stderr, "\r\033[K");
  std::string text = fmt::format("{}: {} done", what_, done_);
  if (skipped_) text += fmt::format(", {} kept from before", skipped_);
  text += fmt::format(", {} failed", failed_);
  if (audio_seconds_ > 0) text += fmt::format(", {:.3f} h audio", audio_seconds_ / 3600);
  text += fmt::format(", {} elapsed", format_duration(elapsed()));
  if (audio_seconds_ > 0) text += fmt::format(", real-time factor {:.5f}", elapsed() / audio_seconds_);
  return text + fmt::format(", peak memory {}", format_bytes(peak_memory_bytes()));
}

}  // namespace ser
