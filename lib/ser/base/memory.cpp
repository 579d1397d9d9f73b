#include <ser/base/memory.h>

#include <array>
#include <cstdlib>
#include <limits>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace ser {

void keep_freed_memory() {
#ifdef __GLIBC__
  for (const char* const name : std::array{"MALLOC_MMAP_MAX_", "MALLOC_TRIM_THRESHOLD_", "GLIBC_TUNABLES"})
    if (std::getenv(name)) return;
  constexpr int growth_bytes = 64 << 20;
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  mallopt(M_TOP_PAD, growth_bytes);
#endif
}

}  // namespace ser
