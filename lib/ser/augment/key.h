#pragma once

#include <cstdint>
#include <string_view>

namespace ser {

/// What every draw of an augmentation depends on, beside its name. The same key gives the same bits, whatever the
/// thread or the order of calls; training hears another version of a clip in each epoch.
struct AugmentKey {
  std::uint64_t seed = 0;
  std::uint64_t epoch = 0;
  std::string_view id;  ///< utterance id
};

}  // namespace ser
