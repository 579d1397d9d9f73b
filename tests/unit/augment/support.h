#pragma once

#include <ser/augment/augmenter.h>
#include <ser/base/text.h>
#include <support/files.h>
#include <support/signals.h>

#include <string>
#include <utility>
#include <vector>

namespace ser::test {

/// Options set as a user sets them: {{"gain.probability", "1"}, {"gain.db", "-6,6"}}.
inline AugmentOptions augment_options(const std::vector<std::pair<std::string, std::string>>& values) {
  AugmentOptions options;
  OptionTable table;
  describe_options(table, options);
  for (const auto& [key, value] : values) table.assign(key, split(value, table.find(key)->is_list() ? ',' : '\n'));
  return options;
}

inline AugmentedWave augment(const std::vector<std::pair<std::string, std::string>>& values, const Waveform& wave,
                             const AugmentKey& key = {0, 0, "a"}) {
  return Augmenter(augment_options(values)).apply(wave, key);
}

}  // namespace ser::test
