#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/report/training_curves.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace ser {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

std::map<std::string, double> numbers(const Json& line, const char* key) {
  std::map<std::string, double> result;
  if (const auto at = line.find(key); at != line.end() && at->is_object())
    for (const auto& [name, value] : at->items())
      if (value.is_number()) result[name] = value.get<double>();
  return result;
}

std::vector<EpochFigures> read_epochs(const fs::path& file) {
  std::vector<EpochFigures> epochs;
  for (const std::string& text : split(read_file(file), '\n')) {
    const Json line = Json::parse(text, nullptr, false);
    if (!line.is_object() || !line.contains("epoch") || !line["epoch"].is_number()) continue;
    EpochFigures& one = epochs.emplace_back();
    one.epoch = line["epoch"].get<double>();
    one.train = numbers(line, "train"), one.dev = numbers(line, "dev");
    one.best = line.contains("best") && line["best"].is_boolean() && line["best"].get<bool>();
  }
  return epochs;
}

/// Folders whose name begins so; shorter names first, so that "2" comes before "10".
std::vector<std::string> folders(const fs::path& parent, const std::string& prefix) {
  std::vector<std::string> names;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(parent, code))
    if (const std::string name = entry.path().filename().string(); name.starts_with(prefix) && entry.is_directory(code))
      names.push_back(name);
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  return names;
}

}  // namespace

std::vector<TrainingCurve> read_training_curves(const fs::path& run_folder) {
  std::vector<TrainingCurve> curves;
  if (run_folder.empty()) return curves;
  std::error_code code;
  for (const std::string& fold : folders(run_folder, "fold_"))
    for (const std::string& seed : folders(run_folder / fold, "seed_")) {
      const fs::path file = run_folder / fold / seed / "metrics.jsonl";
      if (!fs::is_regular_file(file, code)) continue;
      TrainingCurve curve{"fold " + fold.substr(5) + ", seed " + seed.substr(5), read_epochs(file)};
      if (!curve.epochs.empty()) curves.push_back(std::move(curve));
    }
  return curves;
}

std::string dev_figure(const std::vector<TrainingCurve>& curves) {
  std::set<std::string> names;
  for (const TrainingCurve& curve : curves)
    for (const EpochFigures& epoch : curve.epochs)
      for (const auto& [name, value] : epoch.dev)
        if (name != "loss") names.insert(name);
  for (const char* wanted : {"uar", "ccc"})
    if (names.contains(wanted)) return wanted;
  return names.empty() ? "" : *names.begin();
}

}  // namespace ser
