// YAML with the place of every problem: "file:line:column".
#pragma once

#include <ser/base/error.h>
#include <ser/base/file.h>
#include <yaml-cpp/yaml.h>

#include <string>

namespace ser {

inline std::string yaml_where(const std::string& path, const YAML::Mark& mark) {
  return mark.is_null() ? path : fmt::format("{}:{}:{}", path, mark.line + 1, mark.column + 1);
}
inline std::string yaml_where(const std::string& path, const YAML::Node& node) { return yaml_where(path, node.Mark()); }

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
    return YAML::Load(text);
  } catch (const YAML::Exception& error) {
    throw_error<Kind>("{}: {}", yaml_where(path, error.mark), error.msg);
  }
}

}  // namespace ser
