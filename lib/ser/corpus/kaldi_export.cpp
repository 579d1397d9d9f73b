#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/corpus/kaldi.h>

#include <algorithm>
#include <set>

namespace ser {
namespace fs = std::filesystem;
namespace {

/// Sorted by key in byte order, as Kaldi's checks want it.
using Lines = std::map<std::string, std::string>;

void write_lines(const fs::path& path, const Lines& lines) {
  if (lines.empty()) return;
  std::string text;
  for (const auto& [key, value] : lines) text += key + (value.empty() ? "" : " " + value) + '\n';
  write_file(path, text);
}

std::string scp_entry(const fs::path& audio) {
  const std::string path = audio.string();
  const bool plain = path.find_first_of(" '\"|;&$`<>()*?\\") == std::string::npos;
  if (!plain && to_lower(audio.extension().string()) == ".flac")
    return "flac -c -d -s '" + replace_all(path, "'", "'\\''") + "' |";
  return to_lower(audio.extension().string()) == ".flac" ? "flac -c -d -s " + path + " |" : path;
}

std::string recording_name(const std::string& wav) {
  std::string name = fs::path(wav).replace_extension().generic_string();
  for (char& c : name)
    if (c == '/' || c == ' ') c = '_';
  return name;
}

std::string one_line(const std::string& text) { return join(split_words(replace_all(text, "\n", " ")), " "); }

}  // namespace

void export_kaldi(const Manifest& manifest, const fs::path& folder) {
  const bool segmented = std::any_of(manifest.utterances.begin(), manifest.utterances.end(),
                                     [](const Utterance& u) { return !std::isnan(u.start) || !std::isnan(u.end); });
  Lines recordings, segments, speakers, utterances_of, texts, emotions, genders;
  for (const Utterance& u : manifest.utterances) {
    const std::string recording = segmented ? recording_name(u.wav) : u.id;
    const std::string entry = scp_entry(fs::weakly_canonical(fs::absolute(manifest.audio_path(u))));
    const auto [at, fresh] = recordings.emplace(recording, entry);
    if (!fresh && at->second != entry)
      throw_error<DataError>("{} and {} would have the same recording name {}", at->second, entry, recording);
    if (segmented)
      segments[u.id] = fmt::format("{} {} {}", recording, format_number(std::isnan(u.start) ? 0.0 : u.start),
                                   format_number(std::isnan(u.end) ? -1.0 : u.end));
    std::string speaker = u.speaker.empty() ? u.id : u.speaker;
    std::replace(speaker.begin(), speaker.end(), ' ', '_');
    speakers[u.id] = speaker;
    std::string& spoken = utterances_of[speaker];
    spoken += (spoken.empty() ? "" : " ") + u.id;
    if (!u.text.empty()) texts[u.id] = one_line(u.text);
    if (!u.emotion.empty()) emotions[u.id] = u.emotion;
    if (u.gender == "male" || u.gender == "female") genders[speaker] = u.gender.substr(0, 1);
  }
  make_folder(folder);
  for (const char* name : {"wav.scp", "segments", "utt2spk", "spk2utt", "text", "utt2emo", "spk2gender"}) {
    std::error_code ignored;
    fs::remove(folder / name, ignored);
  }
  write_lines(folder / "wav.scp", recordings);
  write_lines(folder / "segments", segments);
  write_lines(folder / "utt2spk", speakers);
  write_lines(folder / "spk2utt", utterances_of);
  write_lines(folder / "text", texts);
  write_lines(folder / "utt2emo", emotions);
  write_lines(folder / "spk2gender", genders);
}

}  // namespace ser
