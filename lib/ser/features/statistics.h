// Fixed-length statistics over the frames of an utterance.
#pragma once

#include <ser/base/matrix.h>
#include <ser/config/option_table.h>

#include <string>
#include <vector>

namespace ser {

struct StatisticsOptions {
  std::vector<std::string> functionals{"mean", "std", "skewness", "kurtosis", "p1",
                                       "p25",  "p50", "p75",      "p99",      "slope"};
};

void describe_options(OptionTable& table, StatisticsOptions& options);

/// "mean std skewness kurtosis min max range iqr slope", and "p<q>" for any percentile q in 0 to 100.
std::vector<std::string> statistic_names();

/// One value per column and functional, ordered by column, then functional. Standard deviation, skewness and excess
/// kurtosis are the population's (0 for a constant column); percentiles interpolate linearly (numpy's default); slope
/// is per second, of the least-squares line. frames: [frames, columns]. Throws UsageError for an unknown functional.
std::vector<float> statistics(const Matrix& frames, const StatisticsOptions& options, double frame_shift_seconds);

/// "<column>_<functional>" in the same order.
std::vector<std::string> statistics_columns(const std::vector<std::string>& columns, const StatisticsOptions& options);

}  // namespace ser
