#include <sched.h>
#include <ser/base/parallel.h>
#include <ser/base/text.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>

namespace ser {

int available_threads() {
  for (const char* name : {"SLURM_CPUS_PER_TASK", "NSLOTS"})
    if (const char* value = std::getenv(name))
      if (const auto count = parse_integer(value); count && *count > 0) return static_cast<int>(*count);
  int count = static_cast<int>(std::thread::hardware_concurrency());
  cpu_set_t mask;
  if (::sched_getaffinity(0, sizeof mask, &mask) == 0) count = std::min(count, CPU_COUNT(&mask));
  std::ifstream quota("/sys/fs/cgroup/cpu.max");
  std::string allowed;
  double period = 0;
  if (quota >> allowed >> period)
    if (const auto microseconds = parse_double(allowed); microseconds && period > 0)
      count = std::min(count, static_cast<int>(*microseconds / period));
  return std::max(count, 1);
}

void parallel_for(std::size_t n, int threads, const std::function<void(std::size_t)>& work) {
  if (threads <= 1 || n <= 1) {
    for (std::size_t i = 0; i < n; ++i) work(i);
    return;
  }
  std::atomic<std::size_t> next = 0;
  std::exception_ptr failure;
  std::mutex mutex;
  {
    std::vector<std::jthread> pool;
    for (int t = 0; t < threads; ++t)
      pool.emplace_back([&] {
        for (std::size_t i = next++; i < n; i = next++) try {
            work(i);
          } catch (...) {
            const std::lock_guard lock(mutex);
            if (!failure) failure = std::current_exception();
            next = n;
          }
      });
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace ser
