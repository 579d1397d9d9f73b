// What a reader asks after the figures: which classes, which speakers, which groups, which utterances?
#pragma once

#include <ser/eval/fairness.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace ser {

struct BreakdownOptions {
  std::vector<std::string> groups;  ///< columns; empty: gender, age and language where they have 2 to 12 values
  int worst = 12;                   ///< errors listed
};
void describe_options(OptionTable& table, BreakdownOptions& options);

/// Scores of one speaker, all seeds together.
struct SpeakerScores {
  std::string name;
  std::size_t utterances = 0, classes = 0;  ///< classes in this speaker's references
  double uar = 0, war = 0;
};

struct GroupBreakdown {
  std::string column;
  std::vector<GroupScores> groups;  ///< fewer than two: there is nothing to compare
};

/// An utterance whose wrong class has a high probability: mean over seeds.
struct ConfidentError {
  std::string id, fold, speaker;  ///< speaker empty: unknown
  std::string reference, decision;
  double confidence = 0;    ///< probability of the decision
  double of_reference = 0;  ///< probability of the reference class
};

/// An utterance whose estimates are far off: mean over seeds.
struct DimensionError {
  std::string id, fold, speaker;
  std::vector<double> reference, estimate;  ///< [dimension]; NaN: unknown
  double distance = 0;                      ///< root mean square error over the known dimensions
};

struct Breakdown {
  std::vector<Measured> recall;         ///< [class], with intervals as in Task::figures; empty without classes
  std::vector<SpeakerScores> speakers;  ///< by UAR, ascending; empty where unknown
  std::vector<GroupBreakdown> groups;
  std::size_t wrong = 0, utterances = 0;           ///< of those with a reference class
  std::vector<ConfidentError> errors;              ///< most confident first
  std::vector<DimensionError> dimension_errors{};  ///< farthest first; of tables of dimensions only
};

/// One per task, in the order of Evaluation::tasks. Throws UsageError for a column of groups that does not exist.
std::vector<Breakdown> break_down(const PredictionSource& source, std::span<const Manifest> manifests,
                                  const std::string& part, const BreakdownOptions& options,
                                  const IntervalOptions& intervals, int threads = 1);

}  // namespace ser
