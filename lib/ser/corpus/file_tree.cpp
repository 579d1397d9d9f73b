#include <ser/base/error.h>
#include <ser/corpus/file_tree.h>
#include <ser/corpus/name_pattern.h>

#include <algorithm>
#include <set>

namespace ser {
namespace fs = std::filesystem;

FileTree list_files(const fs::path& root) {
  std::error_code code;
  if (!fs::is_directory(root, code))
    throw_error<DataError>("{}: {}", root.string(),
                           fs::exists(root, code) ? "is a file, expected the folder of a corpus" : "does not exist");
  FileTree tree;
  tree.root = fs::weakly_canonical(fs::absolute(root));
  const auto options = fs::directory_options::follow_directory_symlink | fs::directory_options::skip_permission_denied;
  std::set<fs::path> visited{tree.root};  // a link back to a folder above would otherwise be followed for ever
  fs::recursive_directory_iterator entry(tree.root, options, code), end;
  for (; !code && entry != end; entry.increment(code)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (entry->is_directory(ignored)) {
      const fs::path target = fs::canonical(entry->path(), ignored);
      if (name.starts_with('.') || !visited.insert(target).second) entry.disable_recursion_pending();
    } else if (name.starts_with("._")) {
      ++tree.resource_forks;
    } else {
      tree.files.push_back(entry->path().lexically_relative(tree.root).generic_string());
    }
  }
  if (code) throw_error<DataError>("{}: cannot be listed: {}", root.string(), code.message());
  std::sort(tree.files.begin(), tree.files.end());
  return tree;
}

std::vector<fs::path> find_by_globs(const FileTree& tree, const std::vector<std::string>& globs,
                                    const std::string& where) {
  for (const std::string& glob : globs) {
    const NamePattern pattern = glob_pattern(glob, where);
    const std::string ending =
        glob.substr(glob.find_last_of("*?") == std::string::npos ? 0 : glob.find_last_of("*?") + 1);
    std::vector<fs::path> found;
    for (const std::string& file : tree.files)
      if (file.ends_with(ending) && pattern.match_end(file)) found.push_back(tree.root / file);
    if (!found.empty()) return found;
  }
  return {};
}

}  // namespace ser
