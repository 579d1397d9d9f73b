#include <fcntl.h>
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/hash.h>
#include <ser/base/lock.h>
#include <ser/base/log.h>
#include <ser/base/text.h>
#include <ser/store/feature_store.h>
#include <ser/store/kaldi_ark.h>
#include <ser/store/store_index.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace ser {
namespace fs = std::filesystem;
namespace {

/// A file that is only appended to, by unbuffered writes: what was written survives the death of the process.
class AppendFile {
 public:
  AppendFile(fs::path path, std::uint64_t keep) : path_(std::move(path)) {
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor_ < 0) fail("cannot be written");
    if (::ftruncate(descriptor_, static_cast<off_t>(keep)) != 0 || ::lseek(descriptor_, 0, SEEK_END) < 0)
      fail("cannot be cut");
  }
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;
  ~AppendFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) fail("writing failed");
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void sync() {
    if (::fsync(descriptor_) != 0) fail("syncing failed");
  }

 private:
  [[noreturn]] void fail(const char* what) const {
    throw_error<Error>("{}: {}: {}", path_.string(), what, std::strerror(errno));
  }
  fs::path path_;
  int descriptor_ = -1;
};

/// The lines that two descriptions do not share, for the warning.
std::string differing_lines(const std::string& before, const std::string& now) {
  const std::vector<std::string> a = split(before, '\n'), b = split(now, '\n');
  std::string text;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()) && text.size() < 300; ++i)
    if (a[i] != b[i]) text += fmt::format("{}'{}' is now '{}'", text.empty() ? "" : ", ", trim(a[i]), trim(b[i]));
  return text.empty() ? "another version of the tool" : text;
}

bool same_audio(const StoreEntry& entry, const WantedUtterance& wanted) {
  const AudioStamp &a = entry.audio, &b = wanted.stamp;
  if (entry.id != wanted.id || a.wav != b.wav || a.start_seconds != b.start_seconds || a.end_seconds != b.end_seconds ||
      a.bytes != b.bytes)
    return false;
  if (a.modified_ns == b.modified_ns) return true;
  try {
    return hash_file(wanted.file) == a.hash;
  } catch (const DataError&) {
    return false;
  }
}

}  // namespace

struct FeatureStoreWriter::Files {
  Files(const fs::path& folder, const std::string& name) : lock(folder, name) {}
  FolderLock lock;
  std::unique_ptr<AppendFile> ark, index;
  std::map<std::string, std::ifstream> old_arks;
};

void stamp_file(WantedUtterance& utterance) {
  struct stat status {};
  if (::stat(utterance.file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  utterance.stamp.bytes = static_cast<std::uint64_t>(status.st_size);
  utterance.stamp.modified_ns = static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1000000000 + status.st_mtim.tv_nsec;
}

FeatureStoreWriter::FeatureStoreWriter(fs::path folder, StoreDescription description, Shard shard)
    : folder_(std::move(folder)),
      description_(std::move(description)),
      shard_(shard),
      files_(std::make_unique<Files>(folder_, "LOCK" + shard.suffix())) {
  std::error_code code;
  const fs::path index = path("index.tsv"), yaml = path("store.yaml");
  if (!fs::exists(index, code) || !fs::exists(yaml, code)) return;
  if (!read_file(yaml).starts_with(description_text(description_))) {
    log::warning("{}: was made with other options; everything is computed anew ({})", folder_.string(),
                 differing_lines(read_description(yaml).signature, description_.signature));
    return;
  }
  finished_ = read_index(index, false);
  for (std::size_t i = 0; i < finished_.size(); ++i) finished_places_.emplace(finished_[i].id, i);
}

FeatureStoreWriter::~FeatureStoreWriter() = default;

fs::path FeatureStoreWriter::path(const std::string& name) const {
  const fs::path file(name);
  return folder_ / (file.stem().string() + shard_.suffix() + file.extension().string());
}

std::size_t FeatureStoreWriter::resume(const std::vector<WantedUtterance>& wanted) {
  const fs::path ark = path("feats.ark").string() + ".part", index = path("index.tsv").string() + ".part",
                 yaml = path("store.yaml").string() + ".part";
  const std::string text = description_text(description_);
  std::error_code code;
  std::string kept_lines = index_header();
  // A kill inside finish() may have left the archive under its final name while the index still has its working name.
  if (!fs::exists(ark, code) && fs::exists(index, code) && !fs::exists(path("index.tsv"), code) &&
      fs::exists(path("feats.ark"), code))
    fs::rename(path("feats.ark"), ark);
  if (fs::exists(index, code) && fs::exists(ark, code) && fs::exists(yaml, code) && read_file(yaml) == text) {
    const std::uint64_t ark_bytes = fs::file_size(ark);
    for (const StoreEntry& entry : read_index(index, true)) {
      const std::size_t i = entries_.size();
      if (i >= wanted.size() || !same_audio(entry, wanted[i]) || entry.audio.modified_ns != wanted[i].stamp.modified_ns)
        break;
      if (!entry.failed() && entry.offset + entry.bytes > ark_bytes) break;
      if (!entry.failed()) ark_size_ = entry.offset + entry.bytes;
      kept_lines += index_line(entry);
      entries_.push_back(entry);
    }
  }
  files_->ark = std::make_unique<AppendFile>(ark, ark_size_);
  write_file(index, kept_lines);
  files_->index = std::make_unique<AppendFile>(index, kept_lines.size());
  write_file(yaml, text);
  return entries_.size();
}

const StoreEntry* FeatureStoreWriter::reusable(const WantedUtterance& utterance) const {
  const auto at = finished_places_.find(utterance.id);
  if (at == finished_places_.end()) return nullptr;
  const StoreEntry& entry = finished_[at->second];
  return !entry.failed() && same_audio(entry, utterance) ? &entry : nullptr;
}

bool FeatureStoreWriter::complete(const std::vector<WantedUtterance>& wanted) const {
  std::error_code code;
  if (finished_.size() != wanted.size() || !fs::exists(path("index.tsv"), code)) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (finished_[i].failed() || !same_audio(finished_[i], wanted[i]) ||
        finished_[i].audio.modified_ns != wanted[i].stamp.modified_ns)
      return false;
  return true;
}

void FeatureStoreWriter::journal(const StoreEntry& entry) {
  files_->index->write(index_line(entry));
  entries_.push_back(entry);
}

EncodedRecord encode_record(const std::string& id, const Matrix& matrix, bool as_vector, bool sixteen_bit) {
  EncodedRecord record{sixteen_bit ? kaldi_record_16bit(id, matrix, as_vector) : kaldi_record(id, matrix, as_vector),
                       "", matrix.rows, matrix.columns};
  record.checksum = hash_bytes(std::string_view(record.bytes).substr(kaldi_header_size(id)));
  return record;
}

void FeatureStoreWriter::append(StoreEntry entry, const EncodedRecord& record) {
  entry.rows = record.rows;
  entry.columns = record.columns;
  entry.ark = path("feats.ark").filename().string();
  entry.offset = ark_size_ + kaldi_header_size(entry.id);
  entry.bytes = record.bytes.size() - kaldi_header_size(entry.id);
  entry.checksum = record.checksum;
  files_->ark->write(record.bytes);
  ark_size_ = entry.offset + entry.bytes;
  journal(entry);
}

void FeatureStoreWriter::append(StoreEntry entry, const Matrix& matrix) {
  const EncodedRecord record = encode_record(entry.id, matrix, description_.vectors);
  append(std::move(entry), record);
}

void FeatureStoreWriter::append_reused(const StoreEntry& entry, const WantedUtterance& utterance) {
  StoreEntry copy = entry;
  copy.audio.modified_ns = utterance.stamp.modified_ns;
  std::ifstream& old = files_->old_arks[entry.ark];
  if (!old.is_open()) old.open(folder_ / entry.ark, std::ios::binary);
  std::string bytes(entry.bytes, '\0');
  old.seekg(static_cast<std::streamoff>(entry.offset));
  old.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!old || hash_bytes(bytes) != entry.checksum)
    throw_error<DataError>("{}: the record of {} is damaged; remove {} and run again", (folder_ / entry.ark).string(),
                           entry.id, path("index.tsv").string());
  const EncodedRecord record{copy.id + ' ' + bytes, entry.checksum, entry.rows, entry.columns};
  append(std::move(copy), record);
}

void FeatureStoreWriter::append_failure(StoreEntry entry) { journal(entry); }

void FeatureStoreWriter::finish() {
  files_->ark->sync();
  files_->index->sync();
  const std::string shard = shard_.count > 1 ? fmt::format("shard: {}/{}\n", shard_.index, shard_.count) : "";
  files_->ark.reset();
  files_->index.reset();
  files_->old_arks.clear();
  // The index is renamed last: without it there is no store, so a kill in between costs nothing but the renaming.
  std::error_code code;
  fs::remove(path("index.tsv"), code);
  fs::rename(path("feats.ark").string() + ".part", path("feats.ark"));
  write_file(path("feats.scp"), scp_text(entries_));
  write_file(path("store.yaml"), description_text(description_) + shard + counts_text(entries_));
  fs::rename(path("index.tsv").string() + ".part", path("index.tsv"));
  fs::remove(path("store.yaml").string() + ".part", code);
}

}  // namespace ser
