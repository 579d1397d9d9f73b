#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/hash.h>
#include <ser/base/log.h>
#include <ser/base/text.h>
#include <ser/config/yaml.h>
#include <ser/store/feature_store.h>
#include <ser/store/kaldi_ark.h>
#include <ser/store/store_index.h>

#include <algorithm>
#include <fstream>
#include <set>

namespace ser {
namespace fs = std::filesystem;

std::string Shard::suffix() const { return count == 1 ? "" : "." + std::to_string(index); }

std::pair<std::size_t, std::size_t> Shard::range(std::size_t n) const {
  const auto i = static_cast<std::size_t>(index), k = static_cast<std::size_t>(count);
  return {(i - 1) * n / k, i * n / k};
}

Shard parse_shard(const std::string& text) {
  const auto slash = text.find('/');
  const auto index = parse_integer(std::string_view(text).substr(0, slash));
  const auto count =
      slash == std::string::npos ? std::nullopt : parse_integer(std::string_view(text).substr(slash + 1));
  if (!index || !count || *index < 1 || *index > *count || *count > 100000)
    throw_error<UsageError>("shard '{}' is not i/n with 1 <= i <= n", text);
  return {static_cast<int>(*index), static_cast<int>(*count)};
}

FeatureStore::FeatureStore(fs::path folder) : folder_(std::move(folder)) {
  std::error_code code;
  if (!fs::exists(folder_ / "index.tsv", code)) {
    if (fs::exists(folder_ / "index.tsv.part", code))
      throw_error<DataError>("{}: this feature store is not finished; run its 'ser-extract features' command again",
                             folder_.string());
    if (fs::exists(folder_ / "index.1.tsv", code))
      throw_error<DataError>("{}: the shards of this store are not joined; run 'ser-extract merge {}'",
                             folder_.string(), folder_.string());
    throw_error<DataError>("{}: is no feature store (no index.tsv in it)", folder_.string());
  }
  description_ = read_description(folder_ / "store.yaml");
  entries_ = read_index(folder_ / "index.tsv", false);
  std::map<std::string, std::uint64_t> sizes;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const StoreEntry& entry = entries_[i];
    if (!places_.emplace(entry.id, i).second)
      throw_error<DataError>("{}: {} occurs twice", (folder_ / "index.tsv").string(), entry.id);
    if (entry.failed()) continue;
    const auto [size, fresh] = sizes.emplace(entry.ark, 0);
    if (fresh) {
      size->second = fs::file_size(folder_ / entry.ark, code);
      if (code) throw_error<DataError>("{}: cannot be read: {}", (folder_ / entry.ark).string(), code.message());
    }
    if (entry.offset > size->second || entry.bytes > size->second - entry.offset)
      throw_error<DataError>("{}: is shorter than index.tsv says; make the store again",
                             (folder_ / entry.ark).string());
  }
}

const StoreEntry* FeatureStore::find(const std::string& id) const {
  const auto at = places_.find(id);
  return at == places_.end() ? nullptr : &entries_[at->second];
}

Matrix FeatureStore::read(const std::string& id) const {
  const StoreEntry* entry = find(id);
  if (!entry) throw_error<DataError>("{}: has no utterance {}", folder_.string(), id);
  if (entry->failed()) throw_error<DataError>("{}: {} has no features: {}", folder_.string(), id, entry->error);
  std::ifstream stream(folder_ / entry->ark, std::ios::binary);
  std::string bytes(entry->bytes, '\0');
  stream.seekg(static_cast<std::streamoff>(entry->offset));
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!stream || hash_bytes(bytes) != entry->checksum)
    throw_error<DataError>("{}: the record of {} is damaged (checksum differs); make the store again",
                           (folder_ / entry->ark).string(), id);
  return parse_kaldi_object(bytes);
}

void merge_shards(const fs::path& folder) {
  std::error_code code;
  std::set<int> shards;
  if (!fs::is_directory(folder, code)) throw_error<DataError>("{}: is no folder", folder.string());
  int count = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::vector<std::string> parts = split(entry.path().filename().string(), '.');
    if (parts.size() != 3 || parts[0] != "store" || parts[2] != "yaml") continue;
    if (const auto number = parse_integer(parts[1])) shards.insert(static_cast<int>(*number));
  }
  if (shards.empty()) throw_error<DataError>("{}: holds no finished shards (store.<i>.yaml)", folder.string());
  std::vector<StoreEntry> all;
  std::string description;
  for (const int shard : shards) {
    const std::string number = "." + std::to_string(shard);
    const fs::path yaml = folder / ("store" + number + ".yaml");
    const std::string own = description_text(read_description(yaml));
    if (description.empty()) description = own;
    if (own != description)
      throw_error<DataError>("{}: shard {} was made with other options than shard {}; make it again", folder.string(),
                             shard, *shards.begin());
    const YAML::Node place = read_yaml<DataError>(yaml.string())["shard"];
    const Shard parsed = parse_shard(place ? place.as<std::string>() : "");
    if (count != 0 && parsed.count != count)
      throw_error<DataError>("{}: shards of {} and of {} are mixed; remove the older ones", folder.string(), count,
                             parsed.count);
    count = parsed.count;
    const std::vector<StoreEntry> entries = read_index(folder / ("index" + number + ".tsv"), false);
    all.insert(all.end(), entries.begin(), entries.end());
  }
  if (static_cast<int>(shards.size()) != count)
    throw_error<DataError>("{}: {} of {} shards are finished; run the others first", folder.string(), shards.size(),
                           count);
  std::string index = index_header();
  for (const StoreEntry& entry : all) index += index_line(entry);
  write_file(folder / "feats.scp", scp_text(all));
  write_file(folder / "store.yaml", description + counts_text(all));
  write_file(folder / "index.tsv", index);
}

}  // namespace ser
