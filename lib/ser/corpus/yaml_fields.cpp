#include <ser/base/text.h>
#include <ser/corpus/yaml_fields.h>

#include <algorithm>

namespace ser {

YamlFields::YamlFields(std::string path, YAML::Node node, const std::vector<std::string>& known)
    : path_(std::move(path)), node_(std::move(node)) {
  if (!node_.IsMap()) throw_error<UsageError>("{}: expected 'key: value' entries", where());
  if (known.empty()) return;
  for (const auto& entry : node_) {
    const std::string key = yaml_text(path_, entry.first);
    if (std::find(known.begin(), known.end(), key) == known.end())
      throw_error<UsageError>("{}: unknown key '{}'{}", yaml_where(path_, entry.first), key, suggestion(key, known));
  }
}

std::string YamlFields::text(const std::string& key) const {
  if (!has(key)) throw_error<UsageError>("{}: the key '{}' is missing", where(), key);
  return yaml_text(path_, node_[key]);
}

std::string YamlFields::text(const std::string& key, const std::string& otherwise) const {
  return has(key) ? text(key) : otherwise;
}

bool YamlFields::flag(const std::string& key, bool otherwise) const {
  if (!has(key)) return otherwise;
  const std::string value = text(key);
  if (value != "true" && value != "false")
    throw_error<UsageError>("{}: '{}' must be true or false, not '{}'", where(key), key, value);
  return value == "true";
}

std::size_t YamlFields::count(const std::string& key) const {
  const auto value = parse_integer(text(key));
  if (!value || *value < 0) throw_error<UsageError>("{}: '{}' must be a whole number", where(key), key);
  return static_cast<std::size_t>(*value);
}

std::vector<std::string> YamlFields::texts(const std::string& key) const {
  return has(key) ? yaml_texts(path_, node_[key]) : std::vector<std::string>{};
}

std::map<std::string, std::string> YamlFields::text_map(const std::string& key) const {
  std::map<std::string, std::string> entries;
  if (!has(key)) return entries;
  const YamlFields inner(path_, node_[key], {});
  for (const auto& entry : inner.node_) entries.emplace(yaml_text(path_, entry.first), yaml_text(path_, entry.second));
  return entries;
}

std::string yaml_text(const std::string& path, const YAML::Node& node) {
  if (!node.IsScalar()) throw_error<UsageError>("{}: expected one text or number", yaml_where(path, node));
  return node.Scalar();
}

std::vector<std::string> yaml_texts(const std::string& path, const YAML::Node& node) {
  if (!node.IsSequence()) return {yaml_text(path, node)};
  std::vector<std::string> texts;
  for (const auto& item : node) texts.push_back(yaml_text(path, item));
  return texts;
}

}  // namespace ser
