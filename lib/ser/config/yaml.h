// YAML with the place of every problem: "file:line:column".
#pragma once

#include <ser/base/error.h>
#include <ser/base/file.h>
#include <yaml-cpp/yaml.h>

#include <set>
#include <string>

namespace ser {

inline std::string yaml_where(const std::string& path, const YAML::Mark& mark) {
  return mark.is_null() ? path : fmt::format("{}:{}:{}", path, mark.line + 1, mark.column + 1);
}
inline std::string yaml_where(const std::string& path, const YAML::Node& node) { return yaml_where(path, node.Mark()); }

/// Throws `Kind` at the second of two equal keys, which yaml-cpp lets pass.
template <class Kind>
void check_keys(const std::string& path, const YAML::Node& node) {
  if (!node.IsMap() && !node.IsSequence()) return;
  std::set<std::string> seen;
  for (const auto& child : node) {
    if (node.IsMap() && child.first.IsScalar() && !seen.insert(child.first.Scalar()).second)
      throw_error<Kind>("{}: '{}' is given twice", yaml_where(path, child.first), child.first.Scalar());
    check_keys<Kind>(path, node.IsMap() ? child.second : child);
  }
}

/// Parses a file. Syntax errors and duplicate keys become `Kind` (UsageError for configs, DataError for data), with
/// place.
template <class Kind>
YAML::Node read_yaml(const std::string& path) {
  std::string text;
  try {
    text = read_file(path);
  } catch (const DataError& error) {
    throw Kind(error.what());
  }
  try {
    const YAML::Node root = YAML::Load(text);
    check_keys<Kind>(path, root);
    return root;
  } catch (const YAML::Exception& error) {
    throw_error<Kind>("{}: {}", yaml_where(path, error.mark), error.msg);
  }
}

}  // namespace ser
