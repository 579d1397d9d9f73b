#pragma once

#include <string>

namespace ser {

struct BuildInfo {
  std::string version;     ///< "0.1.0"
  std::string git_hash;    ///< short hash, "-dirty" appended when the tree had changes, "unknown" outside git
  std::string compiler;    ///< "GNU 12.2.0"
  std::string build_type;  ///< "Release"
};

/// Of the sources that this library was compiled from.
BuildInfo build_info();

}  // namespace ser
