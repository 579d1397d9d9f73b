// Scores for programs.
#pragma once

#include <ser/eval/cross.h>
#include <ser/eval/evaluation.h>
#include <ser/report/grid.h>

#include <span>
#include <string>

namespace ser {

/// Fractions with full precision, keys in a fixed order, null where undefined or not recorded. Ends with a line break.
std::string scores_json(std::span<const Evaluation> runs);
std::string cross_json(std::span<const CrossMatrix> matrices);

}  // namespace ser
