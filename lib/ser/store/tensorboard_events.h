// Scalars for TensorBoard: an event file of records, each with length and CRC-32C, that hold tensorflow.Event messages.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace ser {

/// Writes one new file into a folder, which TensorBoard reads as one run together with the files of earlier sessions.
/// The messages are put together by hand: they have six scalar fields, and protobuf would bring a code generator and
/// TensorFlow's definitions for them. Not thread-safe.
class TensorboardEvents {
 public:
  /// Makes the folder and events.out.tfevents.<seconds>.<host>.<process>.<number>, the last counting up where one
  /// session opens several. A session that goes on from a checkpoint says at which step: TensorBoard then forgets what
  /// earlier sessions wrote for this step and later ones. Throws Error when the file cannot be made.
  TensorboardEvents(const std::filesystem::path& folder, double wall_time,
                    std::optional<std::int64_t> resumed_at_step = std::nullopt);
  TensorboardEvents(const TensorboardEvents&) = delete;
  TensorboardEvents& operator=(const TensorboardEvents&) = delete;
  /// Flushes; a failure then goes unnoticed, so call flush() where it matters.
  ~TensorboardEvents();

  /// One point of the curve `tag`; TensorBoard groups by what stands before a '/' ("loss/train"). `wall_time` is in
  /// seconds since 1970. The value may be NaN or infinite. Throws UsageError for an empty tag, Error as flush() does.
  void add_scalar(std::string_view tag, std::int64_t step, double wall_time, double value);
  /// Hands everything to the system, so that a running TensorBoard sees it. Throws Error (disk full).
  void flush();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::ofstream stream_;
};

/// Seconds since 1970, as wall_time takes them.
double wall_time_now();

/// CRC-32C (Castagnoli; RFC 3720 appendix B.4): that of "123456789" is 0xe3069283.
std::uint32_t crc32c(std::string_view bytes);

}  // namespace ser
