// What a comparison comes to, in one sentence.
#pragma once

#include <ser/eval/comparison.h>

namespace ser {

/// Sets `outcome` and `verdict` from the headline figure, its interval and p_holm: better where both the interval
/// leaves out 0 and p_holm is below 1 - level; doubtful where one of them does; not shown otherwise. `comparisons`: how
/// many the p-values were corrected for.
void pass_verdict(Comparison& comparison, std::size_t comparisons);

}  // namespace ser
