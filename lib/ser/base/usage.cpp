#include <ser/base/file.h>
#include <ser/base/log.h>
#include <ser/base/progress.h>
#include <ser/base/usage.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

namespace ser {

void record_usage(const std::string& program, int status, double seconds) noexcept {
  const char* folder = std::getenv("SER_USAGE");
  if (!folder || !*folder) return;
  try {
    char host[256] = "host";
    ::gethostname(host, sizeof host - 1);
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    write_file(std::filesystem::path(folder) / fmt::format("{}-{}-{}.tsv", host, ::getpid(), now),
               fmt::format("{}\t{}\t{:.3f}\t{:.0f}\n", program, status, seconds, peak_memory_bytes()));
  } catch (const std::exception& error) {
    log::warning("what this program used could not be written for SER_USAGE: {}", error.what());
  }
}

}  // namespace ser
