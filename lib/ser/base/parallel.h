// Work over utterances on a pool of threads, with results in order.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace ser {

/// Processors that this process may use: SLURM_CPUS_PER_TASK or NSLOTS when a scheduler sets them, else the smaller of
/// the affinity mask and the cgroup quota. At least 1.
int available_threads();

/// Calls work(i) for i in [0, n) on `threads` threads and consume(i, result) on the calling thread in the order of i.
/// At most 4 results per thread wait for their turn. An exception of either ends the loop and is rethrown here.
template <class Result>
void ordered_parallel_for(std::size_t n, int threads, const std::function<Result(std::size_t)>& work,
                          const std::function<void(std::size_t, Result&&)>& consume) {
  if (threads <= 1 || n <= 1) {
    for (std::size_t i = 0; i < n; ++i) consume(i, work(i));
    return;
  }
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::size_t, Result> ready;
  std::size_t next = 0, consumed = 0;
  const std::size_t window = 4 * static_cast<std::size_t>(threads);
  bool stop = false;
  std::exception_ptr failure;

  const auto worker = [&] {
    for (;;) {
      std::size_t i;
      {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return stop || next >= n || next < consumed + window; });
        if (stop || next >= n) return;
        i = next++;
      }
      try {
        Result result = work(i);
        const std::lock_guard lock(mutex);
        ready.emplace(i, std::move(result));
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
        stop = true;
      }
      changed.notify_all();
    }
  };
  std::vector<std::jthread> pool;
  for (int t = 0; t < threads; ++t) pool.emplace_back(worker);
  try {
    for (std::size_t i = 0; i < n; ++i) {
      std::optional<Result> result;
      {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return stop || ready.contains(i); });
        if (!ready.contains(i)) break;
        result.emplace(std::move(ready.extract(i).mapped()));
        consumed = i + 1;
      }
      changed.notify_all();
      consume(i, std::move(*result));
    }
  } catch (...) {
    const std::lock_guard lock(mutex);
    if (!failure) failure = std::current_exception();
    stop = true;
    changed.notify_all();
  }
  pool.clear();
  if (failure) std::rethrow_exception(failure);
}

/// Calls work(i) for i in [0, n) in any order.
void parallel_for(std::size_t n, int threads, const std::function<void(std::size_t)>& work);

}  // namespace ser
