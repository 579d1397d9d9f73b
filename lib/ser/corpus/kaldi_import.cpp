#include <ser/audio/reader.h>
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/corpus/annotations.h>
#include <ser/corpus/kaldi.h>
#include <ser/corpus/utterance_columns.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <unordered_map>

namespace ser {
namespace fs = std::filesystem;
namespace {

struct KaldiLine {
  std::string value, where;
};
using KaldiFile = std::map<std::string, KaldiLine>;

/// "<key> <rest of line>"; an empty rest is allowed for `text`. A missing optional file is empty.
KaldiFile read_kaldi_file(const fs::path& path, bool required) {
  KaldiFile lines;
  std::error_code code;
  if (!required && !fs::exists(path, code)) return lines;
  for_each_line(read_file(path), [&](std::size_t number, std::string_view text) {
    if (trim(text).empty()) return;
    const std::string where = fmt::format("{}:{}", path.string(), number);
    const std::string_view line = trim(text);
    const auto space = line.find_first_of(" \t");
    const std::string key{line.substr(0, space)};
    const std::string value{space == std::string_view::npos ? "" : trim(line.substr(space))};
    if (value.empty() && path.filename() != "text")
      throw_error<DataError>("{}: expected '<key> <value>', found '{}'", where, line);
    if (!lines.emplace(key, KaldiLine{value, where}).second) throw_error<DataError>("{}: {} occurs twice", where, key);
  });
  return lines;
}

/// The file of "flac -c -d -s FILE |", or nothing.
std::optional<std::string> flac_file(const std::string& entry) {
  constexpr std::string_view command = "flac -c -d -s ";
  if (!entry.starts_with(command)) return std::nullopt;
  std::string_view file = trim(std::string_view(entry).substr(command.size(), entry.size() - command.size() - 1));
  if (file.size() > 2 && file.starts_with('\'') && file.ends_with('\'') &&
      file.substr(1, file.size() - 2).find('\'') == std::string_view::npos)
    return std::string(file.substr(1, file.size() - 2));
  if (file.find_first_of(" '\"|;&$`<>()*?\\") != std::string_view::npos) return std::nullopt;
  return std::string(file);
}

/// Runs a command of wav.scp and stores what it writes.
fs::path run_pipe(const std::string& entry, const fs::path& wav, const std::string& where) {
  const std::string command = entry.substr(0, entry.size() - 1);
  FILE* pipe = ::popen(command.c_str(), "r");
  if (!pipe) throw_error<Error>("{}: the command '{}' cannot be started", where, command);
  std::string bytes;
  std::array<char, 65536> buffer;
  for (std::size_t got; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    bytes.append(buffer.data(), got);
  const int status = ::pclose(pipe);
  if (status != 0)
    throw_error<DataError>("{}: the command '{}' ended with status {}", where, command,
                           WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  write_file(wav, bytes);
  try {
    probe_audio(wav);
  } catch (const DataError& error) {
    throw_error<DataError>("{}: the output of '{}' is no audio: {}", where, command, error.what());
  }
  return wav;
}

fs::path recording_path(const std::string& recording, const KaldiLine& line, const PrepareOptions& options) {
  std::string entry = line.value;
  if (entry.ends_with('|')) {
    if (const auto flac = flac_file(entry)) {
      entry = *flac;
    } else if (!options.allow_pipes) {
      throw_error<DataError>("{}: {} is a command pipe, which is not run unless --allow-pipes is given", line.where,
                             recording);
    } else if (options.out.empty()) {
      throw_error<UsageError>("{}: a command pipe needs --out, where its output is stored", line.where);
    } else {
      std::string name = recording;
      std::replace(name.begin(), name.end(), '/', '_');
      return fs::absolute(run_pipe(entry, fs::path(options.out) / "wav" / (name + ".wav"), line.where));
    }
  }
  std::error_code code;
  for (const fs::path& path : {fs::path(entry), fs::path(options.root) / entry})
    if (fs::exists(path, code)) return fs::weakly_canonical(fs::absolute(path));
  throw_error<DataError>("{}: the audio file {} does not exist", line.where, entry);
}

/// "<recording> <start> <end>"; an end of -1 is the end of the recording.
void read_segment(const KaldiLine& line, Utterance& u, std::string& recording) {
  const std::vector<std::string> words = split_words(line.value);
  const auto start = words.size() == 3 ? parse_double(words[1]) : std::nullopt;
  const auto end = words.size() == 3 ? parse_double(words[2]) : std::nullopt;
  if (!start || !end || *start < 0 || (*end != -1 && *end <= *start))
    throw_error<DataError>("{}: expected '<utterance> <recording> <start> <end>' in seconds", line.where);
  recording = words[0];
  u.start = *start;
  if (*end != -1) u.end = *end;
}

}  // namespace

void prepare_kaldi(const CorpusDefinition& definition, const PrepareOptions& options, PrepareResult& result) {
  const fs::path root = options.root;
  std::error_code code;
  if (!fs::exists(root / "wav.scp", code))
    throw_error<DataError>(
        "{}: no wav.scp in it; a Kaldi data folder holds wav.scp and may hold segments, utt2spk, "
        "text, utt2emo, spk2gender",
        root.string());
  const KaldiFile recordings = read_kaldi_file(root / "wav.scp", true);
  const KaldiFile segments = read_kaldi_file(root / "segments", false);
  const KaldiFile speakers = read_kaldi_file(root / "utt2spk", false);
  const KaldiFile texts = read_kaldi_file(root / "text", false);
  const KaldiFile emotions = read_kaldi_file(root / "utt2emo", false);
  const KaldiFile genders = read_kaldi_file(root / "spk2gender", false);
  const auto value = [](const KaldiFile& file, const std::string& key) {
    const auto at = file.find(key);
    return at == file.end() ? "" : at->second.value;
  };
  std::unordered_map<std::string, std::string> paths;
  for (const auto& [recording, line] : recordings) paths[recording] = recording_path(recording, line, options).string();

  Manifest& manifest = result.manifest;
  manifest.source = fs::weakly_canonical(fs::absolute(root));
  for (const auto& [id, line] : segments.empty() ? recordings : segments) {
    Utterance u;
    u.id = id;
    std::string recording = id;
    if (!segments.empty()) read_segment(line, u, recording);
    if (!paths.contains(recording))
      throw_error<DataError>("{}: the recording {} is not in wav.scp", line.where, recording);
    u.wav = paths[recording];
    u.speaker = value(speakers, id);
    set_column(manifest, u, "gender", value(genders, u.speaker), line.where);
    u.text = value(texts, id);
    u.emotion = value(emotions, id);
    if (!emotions.empty() && u.emotion.empty()) result.left_out.add("utterances without a line in utt2emo", id);
    if (!speakers.empty() && u.speaker.empty()) result.left_out.add("utterances without a line in utt2spk", id);
    manifest.utterances.push_back(std::move(u));
  }
  if (manifest.utterances.empty()) throw_error<DataError>("{}: wav.scp is empty", root.string());
  for (const auto& [name, file] : {std::pair{"utt2spk", &speakers}, {"utt2emo", &emotions}, {"text", &texts}})
    for (const auto& [id, line] : *file)
      if (!(segments.empty() ? recordings : segments).contains(id))
        result.left_out.add(fmt::format("lines in {} without an utterance", name), id);
  map_emotions(manifest, label_map_of(definition, options), definition, (root / "utt2emo").string());
  result.label_source = "utt2emo";
}

}  // namespace ser
