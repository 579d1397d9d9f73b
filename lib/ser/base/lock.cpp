#include <fcntl.h>
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/lock.h>
#include <ser/base/text.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <thread>

namespace ser {

FolderLock::FolderLock(const std::filesystem::path& folder, const std::string& name, double wait_seconds)
    : path_(folder / name) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::duration<double>(wait_seconds);
  make_folder(folder);
  for (;;) {
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor_ < 0) throw_error<Error>("{}: cannot be made: {}", path_.string(), std::strerror(errno));
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      ::close(descriptor_);
      if (std::chrono::steady_clock::now() < give_up) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        continue;
      }
      throw_error<Error>("{}: in use by another job ({}); wait for it, or choose another folder", folder.string(),
                         trim(read_file(path_)));
    }
    // The holder before us may have removed the file between our open and our lock.
    struct stat ours {
    }, current{};
    if (::fstat(descriptor_, &ours) == 0 && ::stat(path_.c_str(), &current) == 0 && ours.st_ino == current.st_ino)
      break;
    ::close(descriptor_);
  }
  char host[256] = "unknown";
  ::gethostname(host, sizeof host - 1);
  const std::time_t now = std::time(nullptr);
  char time[32];
  std::strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&now));
  const std::string text = fmt::format("host {} process {} since {}\n", host, ::getpid(), time);
  if (::ftruncate(descriptor_, 0) != 0 || ::write(descriptor_, text.data(), text.size()) < 0)
    throw_error<Error>("{}: writing failed: {}", path_.string(), std::strerror(errno));
}

FolderLock::~FolderLock() {
  ::unlink(path_.c_str());
  ::close(descriptor_);
}

}  // namespace ser
