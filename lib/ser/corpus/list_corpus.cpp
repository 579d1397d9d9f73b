#include <ser/base/error.h>
#include <ser/base/table.h>
#include <ser/base/text.h>
#include <ser/corpus/folder_corpus.h>
#include <ser/corpus/utterance_columns.h>

#include <algorithm>

namespace ser {
namespace fs = std::filesystem;
namespace {

/// The manifest's column that a column of the list stands for: as --columns says, else by the definition's names, else
/// its own name.
std::vector<std::string> target_columns(const Table& list, const CorpusDefinition& definition,
                                        const PrepareOptions& options) {
  std::vector<std::string> targets(list.columns.size());
  const auto taken = [&](const std::string& name) {
    return std::find(targets.begin(), targets.end(), name) != targets.end();
  };
  for (const std::string& entry : options.columns) {
    const auto equals = entry.find('=');
    if (equals == std::string::npos || equals == 0)
      throw_error<UsageError>("columns: '{}' is not manifest_column=list_column", entry);
    targets[list.at(entry.substr(equals + 1))] = entry.substr(0, equals);
  }
  for (const auto& [column, names] : definition.list_columns)
    for (const std::string& name : names)
      for (std::size_t i = 0; i < targets.size(); ++i)
        if (targets[i].empty() && !taken(column) && to_lower(trim(list.columns[i])) == name) targets[i] = column;
  for (std::size_t i = 0; i < targets.size(); ++i)
    if (targets[i].empty() && !list.columns[i].empty() && !taken(list.columns[i])) targets[i] = list.columns[i];
  if (!taken("wav"))
    throw_error<DataError>("{}: no column with the audio files; columns: {}; name it by --columns wav=COLUMN",
                           list.path.string(), join(list.columns, ", "));
  return targets;
}

/// File stems, or relative paths without extension where stems collide.
void make_ids(std::vector<Utterance>& utterances) {
  std::map<std::string, int> stems;
  for (const Utterance& u : utterances) ++stems[fs::path(u.wav).stem().string()];
  for (Utterance& u : utterances) {
    if (!u.id.empty()) continue;
    const std::string stem = fs::path(u.wav).stem().string();
    u.id = stems[stem] == 1 ? stem : fs::path(u.wav).replace_extension().generic_string();
    std::replace(u.id.begin(), u.id.end(), '/', '_');
  }
}

std::string relative_to_source(const std::string& wav, const fs::path& source) {
  const fs::path path(wav);
  if (!path.is_absolute()) return path.lexically_normal().generic_string();
  const fs::path relative = path.lexically_relative(source);
  return relative.empty() || relative.generic_string().starts_with("..") ? wav : relative.generic_string();
}

}  // namespace

void prepare_list(const CorpusDefinition& definition, const PrepareOptions& options, PrepareResult& result) {
  if (options.list.empty()) throw UsageError("list: the corpus 'list' needs --list FILE.csv");
  const Table list = read_table(options.list);
  const std::vector<std::string> targets = target_columns(list, definition, options);
  Manifest& manifest = result.manifest;
  const fs::path folder = options.root.empty() ? fs::path(options.list).parent_path() : fs::path(options.root);
  manifest.source = fs::weakly_canonical(fs::absolute(folder.empty() ? fs::path(".") : folder));
  for (std::size_t row = 0; row < list.rows.size(); ++row) {
    Utterance u;
    for (std::size_t i = 0; i < targets.size(); ++i)
      if (!targets[i].empty())
        set_column(manifest, u, targets[i], std::string(trim(list.rows[row][i])), list.where(row));
    if (u.wav.empty()) throw_error<DataError>("{}: the audio file is empty", list.where(row));
    u.wav = relative_to_source(u.wav, manifest.source);
    std::error_code code;
    if (!fs::exists(manifest.audio_path(u), code)) {
      result.left_out.add("rows whose audio file does not exist", list.where(row) + " " + u.wav);
      continue;
    }
    manifest.utterances.push_back(std::move(u));
  }
  if (manifest.utterances.empty())
    throw_error<DataError>(
        "{}: none of the {} audio files exists below {}; say by --root what the paths are relative to", options.list,
        list.rows.size(), manifest.source.string());
  make_ids(manifest.utterances);
  map_emotions(manifest, label_map_of(definition, options), definition, options.list);
  result.label_source = "list";
}

}  // namespace ser
