// Reading audio files through libsndfile: WAV (PCM 8 to 32 bit, float, extensible, any extra chunks), FLAC, OGG, MP3.
#pragma once

#include <ser/audio/waveform.h>

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>

namespace ser {

struct AudioInfo {
  int rate_hz = 0;
  int channels = 0;
  std::int64_t frames = 0;  ///< samples per channel
  std::string format;       ///< "WAV PCM_16"
  double seconds() const { return rate_hz > 0 ? static_cast<double>(frames) / rate_hz : 0; }
};

/// A part of a file in seconds; by default all of it.
struct TimeRange {
  double start_seconds = 0;
  double end_seconds = std::numeric_limits<double>::infinity();
};

/// What was done to the audio on reading, beyond decoding.
struct ReadNotes {
  int mixed_channels = 1;  ///< channels averaged into one
  int source_rate_hz = 0;  ///< rate of the file; differs from the waveform's when it was resampled
};

/// From the header alone. Throws DataError naming the file and the reason (not audio, no samples, absurd header).
AudioInfo probe_audio(const std::filesystem::path& path);

/// Decodes a range, averages the channels to mono and, with target_rate_hz > 0, resamples to that rate (soxr, very high
/// quality). Integer PCM is divided by its full scale 2^(bits - 1), and the waveform says how many bits. Reads only the
/// range where the format can seek. Throws DataError naming the file: cannot be opened or decoded, truncated, empty,
/// NaN or infinite samples, a range beyond the end of the file by more than 0.1 s.
Waveform read_audio(const std::filesystem::path& path, TimeRange range = {}, int target_rate_hz = 0,
                    ReadNotes* notes = nullptr);

/// Writes 16-bit PCM (clipped) or, with `as_float`, 32-bit float WAV, atomically.
void write_wav(const std::filesystem::path& path, const Waveform& wave, bool as_float = false);

}  // namespace ser
