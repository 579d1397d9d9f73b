#include <ser/base/text.h>
#include <ser/base/version.h>
#include <ser/config/yaml.h>
#include <ser/corpus/protocol_description.h>

#include <algorithm>

namespace ser {
namespace {

std::string options_text(ProtocolOptions options) {
  OptionTable table;
  describe_options(table, options);
  std::string text = "options:\n";
  for (const std::string& line : split(table.dump_yaml(), '\n'))
    if (!line.empty()) text += "  " + line + '\n';
  return text;
}

}  // namespace

std::string description_text(const Protocol& protocol) {
  YAML::Emitter yaml;
  yaml << YAML::BeginMap << YAML::Key << "labels" << YAML::Value << YAML::BeginMap << YAML::Key << "name" << YAML::Value
       << protocol.labels.name << YAML::Key << "classes" << YAML::Value << YAML::Flow << protocol.labels.classes
       << YAML::Key << "map" << YAML::Value << YAML::BeginMap;
  for (const auto& [label, index] : protocol.labels.map)
    yaml << YAML::Key << label << YAML::Value << protocol.labels.classes[static_cast<std::size_t>(index)];
  yaml << YAML::EndMap << YAML::EndMap << YAML::Key << "corpora" << YAML::Value << YAML::BeginSeq;
  for (const ProtocolCorpus& corpus : protocol.corpora)
    yaml << YAML::Flow << YAML::BeginMap << YAML::Key << "name" << YAML::Value << corpus.name << YAML::Key
         << "utterances" << YAML::Value << corpus.utterances << YAML::Key << "checksum" << YAML::Value
         << YAML::DoubleQuoted << corpus.checksum << YAML::EndMap;
  yaml << YAML::EndSeq << YAML::Key << "folds" << YAML::Value << YAML::BeginSeq;
  for (const Fold& fold : protocol.folds)
    yaml << YAML::Flow << YAML::BeginMap << YAML::Key << "name" << YAML::Value << YAML::DoubleQuoted << fold.name
         << YAML::Key << "kind" << YAML::Value << fold.kind << YAML::Key << "train" << YAML::Value << YAML::Flow
         << fold.train_corpora << YAML::Key << "test" << YAML::Value << YAML::Flow << fold.test_corpora << YAML::EndMap;
  yaml << YAML::EndSeq << YAML::Key << "notes" << YAML::Value << protocol.notes << YAML::Key << "tool_version"
       << YAML::Value << build_info().version << YAML::EndMap;
  return options_text(protocol.options) + yaml.c_str() + "\n";
}

namespace {

/// protocol.yaml, with the place of every problem.
class Description {
 public:
  explicit Description(std::string path) : path_(std::move(path)), root_(read_yaml<DataError>(path_)) {
    check_keys(root_, {"options", "labels", "corpora", "folds", "notes", "tool_version"});
  }

  Protocol protocol() const {
    Protocol protocol;
    read_options(child(root_, "options"), protocol.options);
    read_labels(child(root_, "labels"), protocol.labels);
    for (const YAML::Node& node : sequence(child(root_, "corpora"))) {
      check_keys(node, {"name", "utterances", "checksum"});
      const auto count = parse_integer(text(child(node, "utterances")));
      if (!count || *count < 0) fail(child(node, "utterances"), "utterances must be a count");
      protocol.corpora.push_back(
          {text(child(node, "name")), static_cast<std::size_t>(*count), text(child(node, "checksum"))});
    }
    for (const YAML::Node& node : sequence(child(root_, "folds"))) protocol.folds.push_back(read_fold(node, protocol));
    if (root_["notes"]) protocol.notes = texts(root_["notes"]);
    return protocol;
  }

 private:
  [[noreturn]] void fail(const YAML::Node& node, const std::string& message) const {
    throw_error<DataError>("{}: {}", yaml_where(path_, node), message);
  }

  void check_keys(const YAML::Node& map, const std::vector<std::string>& known) const {
    if (!map.IsMap()) fail(map, "expected 'key: value' lines");
    for (const auto& entry : map)
      if (const auto key = text(entry.first); std::find(known.begin(), known.end(), key) == known.end())
        fail(entry.first, fmt::format("unknown key '{}'{}", key, suggestion(key, known)));
  }

  YAML::Node child(const YAML::Node& map, const std::string& key) const {
    const YAML::Node node = map[key];
    if (!node) fail(map, fmt::format("the key '{}' is missing", key));
    return node;
  }

  std::string text(const YAML::Node& node) const {
    if (!node.IsScalar()) fail(node, "expected text");
    return node.as<std::string>();
  }

  YAML::Node sequence(const YAML::Node& node) const {
    if (!node.IsSequence()) fail(node, "expected a list");
    return node;
  }

  std::vector<std::string> texts(const YAML::Node& node) const {
    std::vector<std::string> all;
    for (const YAML::Node& item : sequence(node)) all.push_back(text(item));
    return all;
  }

  void read_options(const YAML::Node& node, ProtocolOptions& options) const {
    if (!node.IsMap()) fail(node, "expected 'key: value' lines");
    OptionTable table;
    describe_options(table, options);
    for (const auto& entry : node) try {
        table.assign(text(entry.first),
                     entry.second.IsSequence() ? texts(entry.second) : std::vector{text(entry.second)});
      } catch (const UsageError& error) {
        fail(entry.first, error.what());
      }
  }

  void read_labels(const YAML::Node& node, LabelSpace& labels) const {
    check_keys(node, {"name", "classes", "map"});
    labels.name = text(child(node, "name"));
    labels.classes = texts(child(node, "classes"));
    const YAML::Node map = child(node, "map");
    if (!map.IsMap()) fail(map, "expected 'label: class' lines");
    for (const auto& entry : map) {
      const auto at = std::find(labels.classes.begin(), labels.classes.end(), text(entry.second));
      if (at == labels.classes.end())
        fail(entry.second, fmt::format("'{}' is not among the classes{}", text(entry.second),
                                       suggestion(text(entry.second), labels.classes)));
      labels.map[text(entry.first)] = static_cast<int>(at - labels.classes.begin());
    }
  }

  Fold read_fold(const YAML::Node& node, const Protocol& protocol) const {
    check_keys(node, {"name", "kind", "train", "test"});
    Fold fold{text(child(node, "name")),
              text(child(node, "kind")),
              texts(child(node, "train")),
              texts(child(node, "test")),
              {}};
    const std::vector<std::string> kinds{"self", "cross", "loco"};
    if (std::find(kinds.begin(), kinds.end(), fold.kind) == kinds.end())
      fail(node["kind"], fmt::format("unknown kind of fold '{}'{}", fold.kind, suggestion(fold.kind, kinds)));
    for (const auto& [key, names] : {std::pair("train", fold.train_corpora), std::pair("test", fold.test_corpora)})
      for (const std::string& name : names)
        if (std::none_of(protocol.corpora.begin(), protocol.corpora.end(),
                         [&](const ProtocolCorpus& corpus) { return corpus.name == name; }))
          fail(node[key],
               fmt::format("fold '{}' names corpus '{}', which the protocol does not have", fold.name, name));
    return fold;
  }

  std::string path_;
  YAML::Node root_;
};

}  // namespace

Protocol parse_description(const std::filesystem::path& path) { return Description(path.string()).protocol(); }

}  // namespace ser
