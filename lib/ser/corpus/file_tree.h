// All files below a folder, in one sorted list.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace ser {

struct FileTree {
  std::filesystem::path root;      ///< absolute
  std::vector<std::string> files;  ///< relative to root, with '/', sorted
  std::size_t resource_forks = 0;  ///< "._*" files of macOS archives, which are left out
};

/// Follows symbolic links, but enters each folder once; hidden folders are left out. Throws DataError when root is no
/// readable folder.
FileTree list_files(const std::filesystem::path& root);

/// The files that the first glob with any match finds ("dialog/EmoEvaluation/*.txt", matched at the end of the path).
std::vector<std::filesystem::path> find_by_globs(const FileTree& tree, const std::vector<std::string>& globs,
                                                 const std::string& where);

}  // namespace ser
