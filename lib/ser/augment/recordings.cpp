#include <ser/augment/recordings.h>
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/corpus/file_tree.h>

#include <set>

namespace ser {
namespace {

std::vector<std::string> names_in_folder(const std::string& folder) {
  static const std::set<std::string> extensions{".wav", ".flac", ".ogg", ".oga", ".mp3"};
  std::vector<std::string> names;
  for (const std::string& file : list_files(folder).files)
    if (extensions.contains(to_lower(std::filesystem::path(file).extension().string()))) names.push_back(file);
  if (names.empty()) throw_error<DataError>("{}: no audio files (.wav .flac .ogg .mp3) in this folder", folder);
  return names;
}

std::vector<std::string> names_in_list(const std::string& list) {
  std::vector<std::string> names;
  for (const std::string& line : split(read_file(list), '\n')) {
    const std::string_view name = trim(line);
    if (!name.empty() && name.front() != '#') names.emplace_back(name);
  }
  if (names.empty()) throw_error<DataError>("{}: names no recordings", list);
  return names;
}

}  // namespace

std::vector<Recording> open_recordings(const std::string& folder, const std::string& list) {
  if (folder.empty() == list.empty())
    throw_error<UsageError>("folder: {}", list.empty() ? "no recordings are named: give a folder, or a list"
                                                       : "a folder and a list are named; only one can be used");
  const auto base = list.empty() ? std::filesystem::path(folder) : std::filesystem::path(list).parent_path();
  std::vector<Recording> recordings;
  for (const std::string& name : list.empty() ? names_in_folder(folder) : names_in_list(list))
    recordings.push_back({base / name, name, probe_audio(base / name)});
  return recordings;
}

}  // namespace ser
