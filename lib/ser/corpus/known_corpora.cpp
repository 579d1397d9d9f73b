#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/corpus/definition.h>
#include <ser/corpus/yaml_fields.h>

#include <algorithm>

namespace ser {
namespace fs = std::filesystem;

std::vector<std::string> read_canonical_labels(const fs::path& path) {
  const YamlFields top(path.string(), read_yaml<UsageError>(path.string()), {"labels"});
  return top.texts("labels");
}

std::vector<std::string> known_corpora() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(data_folder() / "corpora"))
    if (entry.path().extension() == ".yaml" && entry.path().stem() != "labels")
      names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

fs::path corpus_definition_path(const std::string& corpus) {
  const std::vector<std::string> names = known_corpora();
  if (std::find(names.begin(), names.end(), corpus) == names.end())
    throw_error<UsageError>("unknown corpus '{}'{}; a definition of your own is given by --definition FILE.yaml",
                            corpus, suggestion(corpus, names));
  return data_folder() / "corpora" / (corpus + ".yaml");
}

}  // namespace ser
