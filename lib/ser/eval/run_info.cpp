#include <ser/config/yaml.h>
#include <ser/eval/run_info.h>

#include <algorithm>

namespace ser {
namespace fs = std::filesystem;
namespace {

struct TextField {
  const char* key;
  std::string RunInfo::*value;
};
constexpr TextField text_fields[] = {{"command", &RunInfo::command},   {"version", &RunInfo::version},
                                     {"git_hash", &RunInfo::git_hash}, {"labels", &RunInfo::labels},
                                     {"learner", &RunInfo::learner},   {"features", &RunInfo::features},
                                     {"protocol", &RunInfo::protocol}, {"normalisation", &RunInfo::normalisation}};

template <class T>
T value_of(const YAML::Node& node, const std::string& key, const std::string& path, const char* kind) {
  try {
    return node.as<T>();
  } catch (const YAML::Exception&) {
    throw_error<DataError>("{}: '{}' is not {}", yaml_where(path, node), key, kind);
  }
}

ClassCounts class_counts(const YAML::Node& node, const std::string& path) {
  if (!node || node.IsNull()) return {};
  return value_of<ClassCounts>(node, "class_counts_train", path, "a map from class to a number of utterances");
}

std::vector<std::string> names(const YAML::Node& node, const std::string& key, const std::string& path) {
  if (!node || node.IsNull()) return {};
  return value_of<std::vector<std::string>>(node, key, path, "a list of names");
}

FoldInfo read_fold(const YAML::Node& node, const std::string& path) {
  if (!node.IsMap() || !node["name"])
    throw_error<DataError>("{}: a fold needs 'name' (and kind, train_corpora, test_corpora)", yaml_where(path, node));
  FoldInfo fold;
  fold.name = value_of<std::string>(node["name"], "name", path, "text");
  if (node["kind"]) fold.kind = value_of<std::string>(node["kind"], "kind", path, "text");
  fold.train_corpora = names(node["train_corpora"], "train_corpora", path);
  fold.test_corpora = names(node["test_corpora"], "test_corpora", path);
  fold.class_counts_train = class_counts(node["class_counts_train"], path);
  if (node["means_train"])
    fold.means_train = value_of<std::map<std::string, double>>(node["means_train"], "means_train", path,
                                                               "a map from class or dimension to a number");
  return fold;
}

void read_entry(RunInfo& run, const std::string& key, const YAML::Node& node, const std::string& path) {
  const auto field = std::find_if(std::begin(text_fields), std::end(text_fields),
                                  [&](const TextField& candidate) { return key == candidate.key; });
  if (node.IsNull()) return;
  if (field != std::end(text_fields)) {
    run.*field->value = value_of<std::string>(node, key, path, "text");
  } else if (key == "speaker_dependent") {
    run.speaker_dependent = value_of<bool>(node, key, path, "true or false");
  } else if (key == "class_counts_train") {
    run.class_counts_train = class_counts(node, path);
  } else if (key == "folds") {
    if (!node.IsSequence()) throw_error<DataError>("{}: 'folds' is not a list", yaml_where(path, node));
    for (const YAML::Node& fold : node) run.folds.push_back(read_fold(fold, path));
  } else if (node.IsScalar()) {
    run.further.emplace_back(key, node.Scalar());
  }
}

void emit(YAML::Emitter& yaml, const ClassCounts& counts) {
  if (!counts.empty()) yaml << YAML::Key << "class_counts_train" << YAML::Value << YAML::Flow << counts;
}

void emit(YAML::Emitter& yaml, const char* key, const std::vector<std::string>& list) {
  yaml << YAML::Key << key << YAML::Value << YAML::Flow << YAML::BeginSeq;
  for (const std::string& item : list) yaml << YAML::DoubleQuoted << item;
  yaml << YAML::EndSeq;
}

void emit(YAML::Emitter& yaml, const char* key, const std::string& text) {
  yaml << YAML::Key << key << YAML::Value << YAML::DoubleQuoted << text;
}

}  // namespace

const FoldInfo* RunInfo::fold(const std::string& name) const {
  const auto at = std::find_if(folds.begin(), folds.end(), [&](const FoldInfo& f) { return f.name == name; });
  return at == folds.end() ? nullptr : &*at;
}

RunInfo read_run_info(const fs::path& folder) {
  RunInfo run;
  run.folder = folder;
  std::error_code code;
  if (const fs::path config = folder / "config.yaml"; fs::exists(config, code)) run.config = read_file(config);
  const std::string path = (folder / "run.yaml").string();
  if (!fs::exists(path, code)) return run;
  const YAML::Node root = read_yaml<DataError>(path);
  if (root.IsNull()) return run;
  if (!root.IsMap()) throw_error<DataError>("{}:1:1: expected 'key: value' lines", path);
  for (const auto& entry : root)
    read_entry(run, value_of<std::string>(entry.first, "key", path, "text"), entry.second, path);
  return run;
}

std::string format_run_info(const RunInfo& run) {
  YAML::Emitter yaml;
  yaml << YAML::BeginMap;
  for (const TextField& field : text_fields)
    if (!(run.*field.value).empty()) emit(yaml, field.key, run.*field.value);
  if (run.speaker_dependent) yaml << YAML::Key << "speaker_dependent" << YAML::Value << *run.speaker_dependent;
  for (const auto& [key, value] : run.further) emit(yaml, key.c_str(), value);
  emit(yaml, run.class_counts_train);
  if (!run.folds.empty()) {
    yaml << YAML::Key << "folds" << YAML::Value << YAML::BeginSeq;
    for (const FoldInfo& fold : run.folds) {
      yaml << YAML::BeginMap;
      emit(yaml, "name", fold.name);
      emit(yaml, "kind", fold.kind);
      emit(yaml, "train_corpora", fold.train_corpora);
      emit(yaml, "test_corpora", fold.test_corpora);
      emit(yaml, fold.class_counts_train);
      if (!fold.means_train.empty())
        yaml << YAML::Key << "means_train" << YAML::Value << YAML::Flow << fold.means_train;
      yaml << YAML::EndMap;
    }
    yaml << YAML::EndSeq;
  }
  yaml << YAML::EndMap;
  return std::string(yaml.c_str()) + '\n';
}

std::optional<fs::path> run_folder_of(const fs::path& predictions) {
  std::error_code code;
  fs::path folder = fs::absolute(predictions).lexically_normal().parent_path();
  for (int level = 0; level < 3; ++level, folder = folder.parent_path())
    if (fs::exists(folder / "run.yaml", code)) return folder;
  return std::nullopt;
}

}  // namespace ser
