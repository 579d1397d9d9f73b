#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/config/yaml.h>
#include <ser/corpus/label_space.h>

#include <algorithm>
#include <set>

namespace ser {
namespace fs = std::filesystem;
namespace {

fs::path maps_folder() { return data_folder() / "corpora" / "maps"; }

std::vector<std::string> text_list(const YAML::Node& node, const std::string& path, const std::string& key) {
  if (!node.IsSequence()) throw_error<UsageError>("{}: {} must be a list", yaml_where(path, node), key);
  std::vector<std::string> texts;
  for (const YAML::Node& item : node) {
    if (!item.IsScalar()) throw_error<UsageError>("{}: {} must hold names only", yaml_where(path, item), key);
    texts.push_back(item.as<std::string>());
  }
  return texts;
}

void read_classes(LabelSpace& space, const YAML::Node& node, const std::string& path) {
  if (node.IsScalar() && node.as<std::string>() == "present") {
    space.from_data = true;
    return;
  }
  space.classes = text_list(node, path, "classes");
  std::set<std::string> seen;
  for (const std::string& name : space.classes)
    if (!seen.insert(name).second)
      throw_error<UsageError>("{}: class '{}' is listed twice", yaml_where(path, node), name);
  if (space.classes.size() < 2) throw_error<UsageError>("{}: needs at least two classes", yaml_where(path, node));
}

void read_map(LabelSpace& space, const YAML::Node& node, const std::string& path) {
  if (!node.IsMap()) throw_error<UsageError>("{}: map must hold 'label: class' lines", yaml_where(path, node));
  for (const auto& entry : node) {
    const auto label = entry.first.as<std::string>();
    if (!entry.second.IsScalar())
      throw_error<UsageError>("{}: '{}' must be mapped to one class", yaml_where(path, entry.first), label);
    const auto name = entry.second.as<std::string>();
    const auto at = std::find(space.classes.begin(), space.classes.end(), name);
    if (at == space.classes.end())
      throw_error<UsageError>("{}: '{}' is mapped to '{}', which is not among the classes{}",
                              yaml_where(path, entry.second), label, name, suggestion(name, space.classes));
    space.map.emplace(label, static_cast<int>(at - space.classes.begin()));
  }
}

void check_complete(const LabelSpace& space, const YAML::Node& root, const std::string& path) {
  for (const char* key : {"name", "classes"})
    if (!root[key]) throw_error<UsageError>("{}:1:1: the key '{}' is missing", path, key);
  if (space.from_data && root["map"])
    throw_error<UsageError>("{}: 'classes: present' merges nothing, it takes 'drop' but no 'map'",
                            yaml_where(path, root["map"]));
  if (space.from_data) return;
  if (root["drop"])
    throw_error<UsageError>("{}: 'drop' goes with 'classes: present'; labels that are not mapped are dropped anyway",
                            yaml_where(path, root["drop"]));
  for (std::size_t k = 0; k < space.classes.size(); ++k)
    if (std::none_of(space.map.begin(), space.map.end(),
                     [&](const auto& entry) { return entry.second == static_cast<int>(k); }))
      throw_error<UsageError>("{}: no label is mapped to class '{}'", yaml_where(path, root["classes"]),
                              space.classes[k]);
}

fs::path find_label_space(const std::string& name) {
  std::error_code code;
  const fs::path path = maps_folder() / (name + ".yaml");
  if (name.find('/') == std::string::npos && fs::exists(path, code)) return path;
  if (fs::is_regular_file(name, code)) return name;
  throw_error<UsageError>("unknown label space '{}'{}", name, suggestion(name, label_space_names()));
}

}  // namespace

std::optional<int> LabelSpace::class_of(std::string_view emotion) const {
  const auto at = map.find(emotion);
  return at == map.end() ? std::nullopt : std::optional<int>(at->second);
}

std::vector<std::string> label_space_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(maps_folder()))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

LabelSpace read_label_space(const std::string& name_or_path) {
  const std::string path = find_label_space(name_or_path).string();
  const YAML::Node root = read_yaml<UsageError>(path);
  if (!root.IsMap()) throw_error<UsageError>("{}:1:1: expected 'key: value' lines", path);
  const std::vector<std::string> known{"name", "about", "classes", "map", "drop"};
  for (const auto& entry : root) {
    const auto key = entry.first.as<std::string>();
    if (std::find(known.begin(), known.end(), key) == known.end())
      throw_error<UsageError>("{}: unknown key '{}'{}", yaml_where(path, entry.first), key, suggestion(key, known));
  }
  LabelSpace space;
  if (const YAML::Node name = root["name"]) {
    if (!name.IsScalar()) throw_error<UsageError>("{}: name must be text", yaml_where(path, name));
    space.name = name.as<std::string>();
  }
  if (const YAML::Node node = root["classes"]) read_classes(space, node, path);
  if (const YAML::Node node = root["map"]) read_map(space, node, path);
  if (const YAML::Node node = root["drop"]) space.drop = text_list(node, path, "drop");
  check_complete(space, root, path);
  return space;
}

LabelSpace resolve_label_space(LabelSpace space, std::span<const Manifest> manifests) {
  if (!space.from_data) return space;
  std::set<std::string> present;
  for (const Manifest& manifest : manifests)
    for (const Utterance& utterance : manifest.utterances) present.insert(utterance.emotion);
  present.erase("");
  for (const std::string& label : space.drop) present.erase(label);
  if (present.empty()) throw_error<DataError>("no utterance has an emotion, so there are no classes");
  space.classes.assign(present.begin(), present.end());
  for (std::size_t k = 0; k < space.classes.size(); ++k) space.map[space.classes[k]] = static_cast<int>(k);
  space.from_data = false;
  space.drop.clear();
  return space;
}

std::size_t ClassAssignment::dropped_total() const {
  std::size_t total = 0;
  for (const auto& [label, count] : dropped) total += count;
  return total;
}

std::string ClassAssignment::describe_dropped() const {
  if (dropped.empty()) return "";
  std::vector<std::string> pieces;
  for (const auto& [label, count] : dropped)
    pieces.push_back(fmt::format("{} {}", count, label.empty() ? "without label" : label));
  return fmt::format("{} of {} utterances dropped: {}", dropped_total(), classes.size(), join(pieces, ", "));
}

ClassAssignment assign_classes(const LabelSpace& space, const Manifest& manifest) {
  ClassAssignment assignment;
  assignment.classes.reserve(manifest.utterances.size());
  for (const Utterance& utterance : manifest.utterances) {
    const auto index = space.class_of(utterance.emotion);
    assignment.classes.push_back(index.value_or(-1));
    if (!index) ++assignment.dropped[utterance.emotion];
  }
  return assignment;
}

}  // namespace ser
