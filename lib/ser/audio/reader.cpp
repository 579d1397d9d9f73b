#include <ser/audio/reader.h>
#include <ser/audio/resample.h>
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <sndfile.h>

#include <algorithm>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <memory>

namespace ser {
namespace {

using Handle = std::unique_ptr<SNDFILE, decltype(&sf_close)>;

std::string format_name(int format) {
  const auto name = [](int command, int value) -> std::string {
    SF_FORMAT_INFO info{};
    info.format = value;
    return sf_command(nullptr, command, &info, sizeof info) == 0 && info.name ? info.name : "?";
  };
  return name(SFC_GET_FORMAT_INFO, format & SF_FORMAT_TYPEMASK) + ", " +
         name(SFC_GET_FORMAT_INFO, format & SF_FORMAT_SUBMASK);
}

/// libsndfile shortens a WAV file that ends before its data does, and says so in its log only. Writers that cannot seek
/// (pipes of SoX, ffmpeg, espeak-ng) claim 0, about 2^31 or 2^32 - 1 bytes: there the length is just not known.
void check_complete(SNDFILE* file, const std::filesystem::path& path) {
  std::string log(1 << 14, '\0');
  sf_command(file, SFC_GET_LOG_INFO, log.data(), static_cast<int>(log.size()));
  const auto at = log.find("\ndata : ");
  std::uint64_t claimed = 0, present = 0;
  if (at == std::string::npos ||
      std::sscanf(log.c_str() + at, "\ndata : %" SCNu64 " (should be %" SCNu64 ")", &claimed, &present) != 2)
    return;
  const bool unknown = (claimed >= 0x7fff0000 && claimed <= 0x7fffffff) || claimed >= 0xffff0000;
  if (claimed > present && !unknown)
    throw_error<DataError>("{}: truncated: the header claims {} bytes of samples, the file has {}", path.string(),
                           claimed, present);
}

int integer_bits(int format) {
  switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
      return 8;
    case SF_FORMAT_PCM_16:
      return 16;
    case SF_FORMAT_PCM_24:
      return 24;
    case SF_FORMAT_PCM_32:
      return 32;
    default:
      return 0;
  }
}

Handle open_audio(const std::filesystem::path& path, SF_INFO& info) {
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  if (!std::filesystem::exists(status)) throw_error<DataError>("{}: does not exist", path.string());
  if (std::filesystem::is_directory(status))
    throw_error<DataError>("{}: is a folder, expected an audio file", path.string());
  if (std::filesystem::is_regular_file(status) && std::filesystem::file_size(path, code) == 0 && !code)
    throw_error<DataError>("{}: the file is empty (0 bytes)", path.string());
  info = {};
  Handle file(sf_open(path.c_str(), SFM_READ, &info), &sf_close);
  if (!file) throw_error<DataError>("{}: not readable as audio: {}", path.string(), sf_strerror(nullptr));
  if (info.samplerate < 1000 || info.samplerate > 768000)
    throw_error<DataError>("{}: the header claims a sample rate of {} Hz", path.string(), info.samplerate);
  if (info.channels < 1 || info.channels > 64)
    throw_error<DataError>("{}: the header claims {} channels", path.string(), info.channels);
  if (info.frames <= 0) throw_error<DataError>("{}: holds no samples", path.string());
  check_complete(file.get(), path);
  return file;
}

/// First sample and number of samples of a range; SF_COUNT_MAX lengths (streams of unknown length) are allowed.
std::pair<sf_count_t, sf_count_t> samples_of(TimeRange range, const SF_INFO& info, const std::filesystem::path& path) {
  const double length = static_cast<double>(info.frames) / info.samplerate;
  if (!(range.start_seconds >= 0) || !(range.end_seconds > range.start_seconds))
    throw_error<DataError>("{}: the range {} to {} s is empty or negative", path.string(), range.start_seconds,
                           range.end_seconds);
  if (range.start_seconds >= length || (std::isfinite(range.end_seconds) && range.end_seconds > length + 0.1))
    throw_error<DataError>("{}: the range {} to {} s lies beyond the end of the file at {:.3f} s", path.string(),
                           range.start_seconds, range.end_seconds, length);
  const auto first = static_cast<sf_count_t>(std::llround(range.start_seconds * info.samplerate));
  const sf_count_t end = std::isfinite(range.end_seconds)
                             ? std::min<sf_count_t>(info.frames, std::llround(range.end_seconds * info.samplerate))
                             : info.frames;
  return {first, end - first};
}

/// Decodes `count` frames from `first` in blocks, so that a header that claims too much cannot exhaust the memory.
std::vector<float> decode(SNDFILE* file, const SF_INFO& info, sf_count_t first, sf_count_t count,
                          const std::filesystem::path& path) {
  if (first > 0 && (!info.seekable || sf_seek(file, first, SEEK_SET) != first))
    throw_error<DataError>("{}: cannot seek to sample {}", path.string(), first);
  const auto channels = static_cast<std::size_t>(info.channels);
  constexpr sf_count_t block = 1 << 16;
  std::vector<float> mono, buffer(static_cast<std::size_t>(std::min(block, count)) * channels);
  mono.reserve(static_cast<std::size_t>(std::min<sf_count_t>(count, 16 * block)));
  for (sf_count_t left = count; left > 0;) {
    const sf_count_t got = sf_readf_float(file, buffer.data(), std::min(block, left));
    if (got <= 0) {
      const char* reason = sf_error(file) ? sf_strerror(file) : "it ends early";
      throw_error<DataError>("{}: truncated: {} of {} samples could be read ({})", path.string(), mono.size(), count,
                             reason);
    }
    if (channels == 1) {
      mono.insert(mono.end(), buffer.begin(), buffer.begin() + got);
    } else {
      for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
        double sum = 0;
        for (std::size_t c = 0; c < channels; ++c) sum += static_cast<double>(buffer[i * channels + c]);
        mono.push_back(static_cast<float>(sum / static_cast<double>(channels)));
      }
    }
    left -= got;
  }
  return mono;
}

}  // namespace

AudioInfo probe_audio(const std::filesystem::path& path) {
  SF_INFO info;
  const Handle file = open_audio(path, info);
  return {info.samplerate, info.channels, info.frames, format_name(info.format)};
}

Waveform read_audio(const std::filesystem::path& path, TimeRange range, int target_rate_hz, ReadNotes* notes) {
  SF_INFO info;
  const Handle file = open_audio(path, info);
  const auto [first, count] = samples_of(range, info, path);
  Waveform wave{decode(file.get(), info, first, count, path), info.samplerate, integer_bits(info.format)};
  const auto bad = std::find_if(wave.samples.begin(), wave.samples.end(), [](float x) { return !std::isfinite(x); });
  if (bad != wave.samples.end())
    throw_error<DataError>("{}: sample {} is not a finite number", path.string(), bad - wave.samples.begin() + first);
  if (notes) *notes = {info.channels, info.samplerate};
  return target_rate_hz > 0 ? resample(wave, target_rate_hz) : wave;
}

void write_wav(const std::filesystem::path& path, const Waveform& wave, bool as_float) {
  if (path.has_parent_path()) make_folder(path.parent_path());
  const std::filesystem::path temporary = path.string() + ".tmp";
  SF_INFO info{};
  info.samplerate = wave.rate_hz;
  info.channels = 1;
  info.format = SF_FORMAT_WAV | (as_float ? SF_FORMAT_FLOAT : SF_FORMAT_PCM_16);
  Handle file(sf_open(temporary.c_str(), SFM_WRITE, &info), &sf_close);
  if (!file) throw_error<Error>("{}: cannot be written: {}", path.string(), sf_strerror(nullptr));
  // Float files would hold the time of writing, and the same samples other bytes each time.
  sf_command(file.get(), SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);
  const auto length = static_cast<sf_count_t>(wave.samples.size());
  std::vector<short> integers;
  if (!as_float) {
    // libsndfile would truncate; rounding makes reading and writing 16-bit audio the identity.
    for (const float x : wave.samples)
      integers.push_back(static_cast<short>(std::clamp(std::lrint(x * 32768.f), -32768l, 32767l)));
  }
  const sf_count_t written = as_float ? sf_writef_float(file.get(), wave.samples.data(), length)
                                      : sf_writef_short(file.get(), integers.data(), length);
  if (written != length) throw_error<Error>("{}: writing failed: {}", path.string(), sf_strerror(file.get()));
  file.reset();
  std::error_code code;
  std::filesystem::rename(temporary, path, code);
  if (code) throw_error<Error>("{}: cannot be replaced: {}", path.string(), code.message());
}

}  // namespace ser
