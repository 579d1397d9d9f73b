#include <ser/audio/reader.h>
#include <ser/base/error.h>
#include <ser/base/hash.h>
#include <ser/base/text.h>
#include <ser/corpus/audio_facts.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace ser {
namespace {

std::string hash_samples(const Waveform& wave) {
  const std::string_view bytes(reinterpret_cast<const char*>(wave.samples.data()), wave.samples.size() * sizeof(float));
  return hash_bytes(bytes) + "@" + std::to_string(wave.rate_hz);
}

bool is_usual_rate(int rate_hz) {
  static const std::set<int> usual{8000,  11025, 12000, 16000, 22050,  24000, 32000,
                                   44100, 48000, 88200, 96000, 176400, 192000};
  return usual.contains(rate_hz);
}

std::string facts_of(const Utterance& u) {
  return fmt::format("{}, speaker {}", u.emotion.empty() ? "no emotion" : u.emotion,
                     u.speaker.empty() ? "unknown" : u.speaker);
}

void check_duplicates(const Manifest& manifest, const std::vector<AudioFacts>& facts,
                      const std::vector<std::string>& where, std::vector<Problem>& problems) {
  std::map<std::string, std::size_t> first;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (facts[i].hash.empty()) continue;
    const auto [at, fresh] = first.emplace(facts[i].hash, i);
    if (fresh) continue;
    const Utterance &a = manifest.utterances[at->second], &b = manifest.utterances[i];
    const char* label = a.emotion == b.emotion ? "the same label" : "a DIFFERENT label";
    const char* speaker = a.speaker == b.speaker ? "the same speaker" : "a DIFFERENT speaker";
    problems.push_back(
        {Severity::warning, "duplicate", b.id, where[i],
         fmt::format("the same audio as {} under {} and {} ({}; {})", a.id, label, speaker, facts_of(a), facts_of(b))});
  }
}

void check_overlaps(const Manifest& manifest, const std::vector<AudioFacts>& facts,
                    const std::vector<std::string>& where, std::vector<Problem>& problems) {
  std::map<std::string, std::vector<std::size_t>> by_file;
  for (std::size_t i = 0; i < manifest.utterances.size(); ++i) by_file[manifest.utterances[i].wav].push_back(i);
  const auto start = [&](std::size_t i) { return manifest.utterances[i].range().start_seconds; };
  const auto end = [&](std::size_t i) {
    const double given = manifest.utterances[i].range().end_seconds;
    return std::isfinite(given) || !facts[i].failure.empty() ? given : start(i) + facts[i].seconds;
  };
  for (auto& [wav, members] : by_file) {
    std::stable_sort(members.begin(), members.end(), [&](auto a, auto b) { return start(a) < start(b); });
    std::size_t reaching = 0;  // the one among those before that ends last
    for (std::size_t k = 1; k < members.size(); ++k) {
      const std::size_t before = members[reaching], i = members[k];
      const double shared = std::min(end(before), end(i)) - start(i);
      if (shared > 1e-3 && std::isfinite(shared))
        problems.push_back({Severity::warning, "overlap", manifest.utterances[i].id, where[i],
                            fmt::format("shares {:.3f} s of {} with {}", shared, wav, manifest.utterances[before].id)});
      if (end(i) > end(before)) reaching = k;
    }
  }
}

void check_rates(const Manifest& manifest, const std::vector<AudioFacts>& facts, const std::vector<std::string>& where,
                 std::vector<Problem>& problems) {
  std::map<int, std::size_t> counts;
  for (const AudioFacts& one : facts)
    if (one.failure.empty()) ++counts[one.rate_hz];
  if (counts.size() < 2) return;
  const auto fewer = [](const auto& a, const auto& b) { return a.second < b.second; };
  const int usual = std::max_element(counts.begin(), counts.end(), fewer)->first;
  for (std::size_t i = 0; i < facts.size(); ++i)
    if (facts[i].failure.empty() && facts[i].rate_hz != usual)
      problems.push_back({Severity::warning, "rate", manifest.utterances[i].id, where[i],
                          fmt::format("{} Hz where most have {} Hz", facts[i].rate_hz, usual)});
}

}  // namespace

AudioFacts measure_audio(const Manifest& manifest, const Utterance& u, const ValidateOptions& options) {
  AudioFacts facts;
  try {
    const auto path = manifest.audio_path(u);
    ReadNotes notes;
    const Waveform wave = read_audio(path, u.range(), 0, &notes);
    facts.rate_hz = notes.source_rate_hz;
    facts.channels = notes.mixed_channels;
    facts.seconds = wave.seconds();
    double energy = 0;
    for (const float x : wave.samples) {
      energy += static_cast<double>(x) * static_cast<double>(x);
      facts.full_scale += std::abs(x) >= 32767.0f / 32768.0f;
    }
    facts.rms = wave.samples.empty() ? 0 : std::sqrt(energy / static_cast<double>(wave.samples.size()));
    if (options.hash_audio && facts.rms >= options.silence_rms) facts.hash = hash_samples(wave);
  } catch (const DataError& error) {
    facts.failure = error.what();
  }
  return facts;
}

void check_clip(const Utterance& u, const AudioFacts& facts, const std::string& where, const ValidateOptions& options,
                std::vector<Problem>& problems) {
  const auto add = [&](const char* kind, std::string message) {
    problems.push_back({Severity::warning, kind, u.id, where, std::move(message)});
  };
  if (!facts.failure.empty()) {
    problems.push_back({Severity::error, "unreadable", u.id, where, facts.failure});
    return;
  }
  if (facts.rms < options.silence_rms)
    add("silent", facts.rms == 0 ? "all samples are zero" : fmt::format("RMS {:.2g}", facts.rms));
  if (facts.full_scale > static_cast<std::size_t>(options.max_full_scale))
    add("clipped", fmt::format("{} samples at full scale", facts.full_scale));
  if (facts.channels > 1) add("stereo", fmt::format("{} channels, which are averaged on reading", facts.channels));
  if (!is_usual_rate(facts.rate_hz)) add("rate", fmt::format("unusual sample rate of {} Hz", facts.rate_hz));
  if (facts.seconds < options.min_seconds) add("short", fmt::format("{:.3f} s", facts.seconds));
  if (facts.seconds > options.max_seconds) add("long", fmt::format("{:.1f} s", facts.seconds));
}

void check_clips_together(const Manifest& manifest, const std::vector<AudioFacts>& facts,
                          const std::vector<std::string>& where, std::vector<Problem>& problems) {
  check_duplicates(manifest, facts, where, problems);
  check_overlaps(manifest, facts, where, problems);
  check_rates(manifest, facts, where, problems);
}

}  // namespace ser
