#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/nn/weights/weights_files.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

namespace ser {
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

/// Names that Hugging Face gives to the weights of a model, by preference.
constexpr const char* model_files[] = {"model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
                                       "pytorch_model.bin.index.json"};

bool is_plain_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
         name.find('\0') == std::string::npos;
}

void check_content(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) throw_error<DataError>("{}: there is no such file", path.string());
  if (!fs::is_regular_file(path, ignored)) throw_error<DataError>("{}: is no file of weights", path.string());
  constexpr std::string_view pointer = "version https://git-lfs";
  std::string begin(pointer.size(), '\0');
  std::ifstream(path, std::ios::binary).read(begin.data(), static_cast<std::streamsize>(begin.size()));
  if (begin == pointer)
    throw_error<DataError>("{}: is only a pointer of Git LFS; fetch the file itself with 'git lfs pull'",
                           path.string());
}

bool is_torch_file(const fs::path& path) {
  const std::string extension = to_lower(path.extension().string());
  return extension == ".bin" || extension == ".pt" || extension == ".pth" || extension == ".ckpt";
}

NamedTensors read_file_of_weights(const fs::path& path) {
  check_content(path);
  if (to_lower(path.extension().string()) == ".safetensors") return read_safetensors_weights(path);
  if (is_torch_file(path)) return read_torch_weights(path);
  throw_error<DataError>("{}: is no file of weights by its name; .safetensors, .bin, .pt, .pth and .ckpt are",
                         path.string());
}

/// File names by tensor names.
std::map<std::string, std::string> read_index(const fs::path& path) {
  check_content(path);
  const std::string text = read_file(path);
  std::map<std::string, std::string> files;
  try {
    const json index = json::parse(text);
    for (const auto& [name, file] : index.at("weight_map").items()) files[name] = file.get<std::string>();
  } catch (const json::exception& error) {
    throw_error<DataError>("{}: is no index of weights: {}", path.string(), error.what());
  }
  for (const auto& [name, file] : files)
    if (!is_plain_name(file) || fs::path(file).extension() == ".json")
      throw_error<DataError>("{}: tensor '{}' lies in '{}', which is no name of a file of weights beside the index",
                             path.string(), name, file);
  return files;
}

NamedTensors read_shards(const fs::path& index) {
  const std::map<std::string, std::string> files = read_index(index);
  std::set<std::string> names;
  for (const auto& [name, file] : files) names.insert(file);
  NamedTensors all;
  for (const std::string& file : names) {
    NamedTensors shard = read_file_of_weights(index.parent_path() / file);
    for (const auto& [name, in] : files) {
      if (in != file) continue;
      const auto found = shard.find(name);
      if (found == shard.end()) throw_error<DataError>("{}: tensor '{}' is not in {}", index.string(), name, file);
      all.insert(shard.extract(found));
    }
  }
  return all;
}

}  // namespace

fs::path model_folder(const fs::path& folder) {
  std::error_code ignored;
  const fs::path snapshots = folder / "snapshots";
  if (!fs::is_directory(snapshots, ignored)) return folder;
  if (const fs::path main = folder / "refs" / "main"; fs::is_regular_file(main, ignored)) {
    const std::string named(trim(read_file(main)));
    if (!is_plain_name(named) || !fs::is_directory(snapshots / named, ignored))
      throw_error<DataError>("{}: names the snapshot '{}', which is not in {}", main.string(), named,
                             snapshots.string());
    return snapshots / named;
  }
  std::vector<fs::path> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(snapshots, ignored))
    if (entry.is_directory(ignored)) found.push_back(entry.path());
  if (found.size() != 1)
    throw_error<DataError>("{}: has {} snapshots and no refs/main that names one; give the folder of a snapshot",
                           folder.string(), found.size());
  return found.front();
}

NamedTensors read_weights(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) throw_error<DataError>("{}: there is no such file or folder", path.string());
  if (!fs::is_directory(path, ignored)) return read_file_of_weights(path);
  const fs::path folder = model_folder(path);
  for (const std::string_view name : model_files) {
    const fs::path file = folder / name;
    if (!fs::exists(fs::symlink_status(file, ignored))) continue;
    return name.ends_with(".json") ? read_shards(file) : read_file_of_weights(file);
  }
  throw_error<DataError>("{}: holds no weights; looked for {}", folder.string(), fmt::join(model_files, ", "));
}

NamedSettings read_settings(const fs::path& file) {
  check_content(file);
  return is_torch_file(file) ? read_torch_settings(file) : NamedSettings();
}

std::vector<std::string> prefixes_before(const NamedTensors& tensors, const std::string& name) {
  std::vector<std::string> prefixes;
  for (const auto& [full, tensor] : tensors)
    if (full == name || full.ends_with("." + name)) prefixes.push_back(full.substr(0, full.size() - name.size()));
  return prefixes;
}

}  // namespace ser
