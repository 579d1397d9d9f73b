#include <fmt/format.h>
#include <ser/base/error.h>
#include <ser/report/audio_sources.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <unordered_map>

namespace ser {

void describe_options(OptionTable& table, AudioOptions& options) {
  table
      .add(
          "audio", options.audio,
          "players for the worst errors of the page (needs --manifest): embed puts the sound into the file, which then "
          "falls under the corpus licence; link refers to the audio files by relative path")
      .choices({"embed", "link", "none"})
      .transient();
  table.add("audio_megabytes", options.audio_megabytes, "size of all embedded sound together")
      .at_least(0)
      .unit("MB")
      .transient();
}

namespace {

constexpr int rate_hz = 16000;
constexpr double most_seconds = 15;

void append_number(std::string& bytes, std::uint32_t value, int width) {
  for (int i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
}

/// A RIFF file of 16-bit PCM, little-endian.
std::string wav_bytes(const Waveform& wave) {
  const auto size = static_cast<std::uint32_t>(2 * wave.samples.size());
  std::string bytes = "RIFF";
  append_number(bytes, 36 + size, 4);
  bytes += "WAVEfmt ";
  const auto rate = static_cast<std::uint32_t>(wave.rate_hz);
  append_number(bytes, 16, 4), append_number(bytes, 1, 2), append_number(bytes, 1, 2);
  append_number(bytes, rate, 4), append_number(bytes, 2 * rate, 4), append_number(bytes, 2, 2);
  append_number(bytes, 16, 2);
  bytes += "data";
  append_number(bytes, size, 4);
  for (const float x : wave.samples)
    append_number(
        bytes,
        static_cast<std::uint32_t>(static_cast<std::uint16_t>(std::clamp(std::lrint(x * 32768.f), -32768l, 32767l))),
        2);
  return bytes;
}

std::string embedded(const Manifest& manifest, const Utterance& utterance) {
  const std::filesystem::path path = manifest.audio_path(utterance);
  TimeRange range = utterance.range();
  if (std::min(range.end_seconds, probe_audio(path).seconds()) > range.start_seconds + most_seconds)
    range.end_seconds = range.start_seconds + most_seconds;
  return "data:audio/wav;base64," + base64(wav_bytes(read_audio(path, range, rate_hz)));
}

std::string linked(const Manifest& manifest, const Utterance& utterance, const std::filesystem::path& page) {
  namespace fs = std::filesystem;
  const fs::path path = fs::absolute(manifest.audio_path(utterance)).lexically_normal();
  if (std::error_code code; !fs::is_regular_file(path, code)) throw_error<DataError>("{}: not there", path.string());
  std::string address =
      percent_encoded(path.lexically_relative(fs::absolute(page).lexically_normal().parent_path()).string());
  const TimeRange range = utterance.range();
  if (range.start_seconds > 0 || std::isfinite(range.end_seconds)) {
    address += fmt::format("#t={}", range.start_seconds);
    if (std::isfinite(range.end_seconds)) address += fmt::format(",{}", range.end_seconds);
  }
  return address;
}

}  // namespace

std::string base64(std::string_view bytes) {
  constexpr const char* letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    for (std::size_t j = 0; j < 4; ++j) text += i + j <= bytes.size() ? letters[group >> (18 - 6 * j) & 63] : '=';
  }
  return text;
}

std::string percent_encoded(std::string_view path) {
  std::string text;
  for (const char c : path)
    if (std::isalnum(static_cast<unsigned char>(c)) || std::string_view("-._~/").find(c) != std::string_view::npos)
      text += c;
    else
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return text;
}

AudioSources audio_sources(const std::vector<std::string>& ids, std::span<const Manifest> manifests,
                           const AudioOptions& options, const std::filesystem::path& page) {
  AudioSources sources;
  if (options.audio == "none" || manifests.empty()) return sources;
  std::unordered_map<std::string, std::pair<const Manifest*, const Utterance*>> places;
  for (const Manifest& manifest : manifests)
    for (const Utterance& utterance : manifest.utterances)
      places.emplace(utterance.id, std::pair(&manifest, &utterance));
  double bytes = 0;
  for (const std::string& id : ids) {
    const auto at = places.find(id);
    if (at == places.end() || sources.of_id.contains(id)) {
      sources.missing += at == places.end();
      continue;
    }
    const auto& [manifest, utterance] = at->second;
    try {
      std::string source =
          options.audio == "embed" ? embedded(*manifest, *utterance) : linked(*manifest, *utterance, page);
      if (options.audio == "embed" && bytes + static_cast<double>(source.size()) > 1e6 * options.audio_megabytes) {
        ++sources.left_out;
        continue;
      }
      bytes += static_cast<double>(source.size());
      sources.of_id.emplace(id, std::move(source));
    } catch (const Error&) {
      ++sources.missing;
    }
  }
  return sources;
}

}  // namespace ser
