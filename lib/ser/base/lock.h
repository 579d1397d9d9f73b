#pragma once

#include <filesystem>

namespace ser {

/// Keeps two jobs out of the same folder: a file "<folder>/LOCK" with host, process and start time, held by flock.
/// The system releases it when the process ends in any way, so a killed job leaves no stale lock.
class FolderLock {
 public:
  /// Makes the folder. Throws Error naming the holder when another process has it.
  /// Locks that are held for moments only are waited for up to `wait_seconds`.
  explicit FolderLock(const std::filesystem::path& folder, const std::string& name = "LOCK", double wait_seconds = 0);
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock();

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace ser
