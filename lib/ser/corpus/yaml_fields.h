// Reading a YAML map field by field, with the place of every problem and no unknown keys.
#pragma once

#include <ser/config/yaml.h>

#include <map>
#include <string>
#include <vector>

namespace ser {

class YamlFields {
 public:
  /// Throws UsageError when the node is no map or has a key beyond `known` (none: any key).
  YamlFields(std::string path, YAML::Node node, const std::vector<std::string>& known);

  bool has(const std::string& key) const { return static_cast<bool>(node_[key]); }
  YAML::Node node(const std::string& key) const { return node_[key]; }
  const std::string& path() const { return path_; }
  /// Place of the map, or of one value.
  std::string where() const { return yaml_where(path_, node_); }
  std::string where(const std::string& key) const { return yaml_where(path_, has(key) ? node_[key] : node_); }

  /// Throws UsageError when it is missing or no text.
  std::string text(const std::string& key) const;
  std::string text(const std::string& key, const std::string& otherwise) const;
  bool flag(const std::string& key, bool otherwise) const;
  /// A whole number of at least 0.
  std::size_t count(const std::string& key) const;
  /// One text or a list of texts; empty when missing.
  std::vector<std::string> texts(const std::string& key) const;
  /// Text to text; empty when missing.
  std::map<std::string, std::string> text_map(const std::string& key) const;

 private:
  std::string path_;
  YAML::Node node_;
};

/// A scalar as text. Throws UsageError with its place.
std::string yaml_text(const std::string& path, const YAML::Node& node);
/// A scalar or a sequence of scalars.
std::vector<std::string> yaml_texts(const std::string& path, const YAML::Node& node);

}  // namespace ser
