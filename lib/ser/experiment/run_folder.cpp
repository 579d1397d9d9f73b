#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/experiment/run_folder.h>

#include <algorithm>
#include <cctype>

namespace ser {
namespace fs = std::filesystem;

bool CellFolder::done() const {
  std::error_code code;
  return fs::exists(path / "DONE", code) && fs::exists(path / "predictions.tsv", code) &&
         fs::exists(path / "bundle" / "model.yaml", code);
}

void CellFolder::mark_done() const { write_file(path / "DONE", ""); }

std::string file_name_of(const std::string& name) {
  std::string text = replace_all(name, "->", "-to-");
  for (char& c : text)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_' && c != '.') c = '_';
  return text;
}

namespace {

/// "'c: 1' is now 'c: 0.1'; ...": both are dumps of the same table, so lines correspond by place.
std::string differences(const std::string& before, const std::string& now) {
  const std::vector<std::string> a = split(before, '\n'), b = split(now, '\n');
  if (a.size() != b.size())
    return "it was made by another version of the toolkit, or with other corpora, copies or encoder";
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i]) lines.push_back(fmt::format("'{}' is now '{}'", trim(a[i]), trim(b[i])));
  return join(lines, "; ");
}

/// Whether any cell is finished or has a checkpoint that would go on; before that, a configuration may still change.
bool has_results(const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().filename() == "DONE" || entry.path().filename() == "last.safetensors") return true;
  return false;
}

}  // namespace

RunFolder::RunFolder(fs::path folder, const std::string& config) : folder_(std::move(folder)) {
  const fs::path path = folder_ / "config.yaml";
  const FolderLock lock(folder_, "LOCK.config", 60);
  std::error_code code;
  if (!fs::exists(path, code) || !has_results(folder_)) write_file(path, config);
  const std::string before = read_file(path);
  if (before != config)
    throw_error<UsageError>(
        "{}: holds a run with another configuration, which is never overwritten; choose another --output ({})",
        folder_.string(), differences(before, config));
}

CellFolder RunFolder::cell(const std::string& fold, int seed) const {
  return {folder_ / ("fold_" + file_name_of(fold)) / ("seed_" + std::to_string(seed))};
}

PredictionTable RunFolder::join_predictions(const std::vector<std::string>& folds,
                                            const std::vector<std::string>& classes) const {
  PredictionTable all;
  all.classes = classes;
  for (const std::string& fold : folds) {
    std::vector<std::pair<long long, fs::path>> seeds;
    std::error_code code;
    const fs::path folder = folder_ / ("fold_" + file_name_of(fold));
    if (!fs::is_directory(folder, code)) continue;
    for (const auto& entry : fs::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      const auto seed = name.starts_with("seed_") ? parse_integer(std::string_view(name).substr(5)) : std::nullopt;
      if (seed && CellFolder{entry.path()}.done()) seeds.emplace_back(*seed, entry.path());
    }
    std::sort(seeds.begin(), seeds.end());
    for (const auto& [seed, path] : seeds) {
      PredictionTable cell = read_predictions(path / "predictions.tsv");
      all.classes = cell.classes;
      all.dimensions = cell.dimensions;
      all.distributions = cell.distributions;
      std::move(cell.rows.begin(), cell.rows.end(), std::back_inserter(all.rows));
    }
  }
  write_file(folder_ / "predictions.tsv", format_predictions(all));
  return all;
}

}  // namespace ser
