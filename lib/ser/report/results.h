// Blocks of RESULTS.md: figures with everything needed to get them again.
#pragma once

#include <ser/eval/comparison.h>
#include <ser/eval/cross.h>
#include <ser/eval/evaluation.h>
#include <ser/eval/fairness.h>

#include <filesystem>
#include <span>
#include <string>

namespace ser {

/// Today's date in UTC, "2025-11-24"; that of SOURCE_DATE_EPOCH where this is set.
std::string today();

/// A Markdown section: heading, date, version and git hash of this program, protocol and training command of each run,
/// the command that made the block, n, table, warnings. Ends with a line break.
std::string results_markdown(const std::string& heading, std::span<const Evaluation> runs, const std::string& command,
                             const std::string& date);
std::string results_markdown(const std::string& heading, std::span<const CrossMatrix> matrices,
                             std::span<const Evaluation> runs, const std::string& command, const std::string& date);
std::string results_markdown(const std::string& heading, std::span<const Fairness> results, const std::string& command,
                             const std::string& date);
std::string results_markdown(const std::string& heading, std::span<const Comparison> comparisons,
                             const std::string& command, const std::string& date);

/// Adds a block to the end of a file, which is made when missing; what is there stays. Rewritten atomically.
void append_results(const std::filesystem::path& file, const std::string& block);

}  // namespace ser
