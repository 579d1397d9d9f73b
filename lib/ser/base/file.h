// Reading and writing whole files. Writers go through a temporary name and a rename, so that a reader never sees half
// a file and a killed program leaves the old one.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace ser {

/// The bytes of a file. Throws DataError when it cannot be read.
std::string read_file(const std::filesystem::path& path);

/// Replaces `path` by `content`; makes the parent folder. Throws Error (disk full, no permission).
void write_file(const std::filesystem::path& path, std::string_view content);

/// A file being written beside its final name, under a name that no other thread, process or host uses. Without
/// commit() the destructor removes it. What is there and no regular file (/dev/null, a pipe) is written to as it is.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();
  std::ostream& stream() { return stream_; }
  /// Flushes, syncs and renames. Throws Error when any byte could not be written.
  void commit();

 private:
  std::filesystem::path path_, temporary_;
  std::ofstream stream_;
  bool direct_ = false, committed_ = false;
};

/// Makes a folder and its parents. Throws Error naming the folder and the reason.
void make_folder(const std::filesystem::path& folder);

/// Writes `content` to stdout when `destination` is "-", else to that file atomically.
void write_output(const std::string& destination, std::string_view content);

/// Where the installed or checked-out data of the toolkit lies (corpora/, recipes/): SER_DATA when set, else found
/// from the place of the running program. Throws Error when there is none.
std::filesystem::path data_folder();

}  // namespace ser
