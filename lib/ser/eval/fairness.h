// Does a system serve all groups of speakers alike? (papers/co-vada.md, section 9)
#pragma once

#include <ser/corpus/manifest.h>
#include <ser/eval/evaluation.h>
#include <ser/eval/prediction_source.h>

#include <span>
#include <string>
#include <vector>

namespace ser {

struct FairnessOptions {
  std::string group;
  int fewest = 10;  ///< positives (for the FPR: negatives) below which a cell is left out
  IntervalOptions intervals;
  bool test = true;  ///< Gap::p is wanted; no option
};
void describe_options(OptionTable& table, FairnessOptions& options);

/// A figure with its interval.
struct Measured {
  double value = std::numeric_limits<double>::quiet_NaN();
  Interval interval;
};

struct GroupScores {
  std::string name;
  std::size_t utterances = 0, speakers = 0;  ///< speakers 0: not known
  Measured uar, war, macro_f1;
  std::vector<double> base_rate;            ///< [class] share of the references
  std::vector<double> positive_rate;        ///< [class] PR_{a,y}: share of the decisions
  std::vector<double> true_positive_rate;   ///< [class] NaN where the group has fewer than `fewest` such utterances
  std::vector<double> false_positive_rate;  ///< [class] NaN likewise for utterances of other classes
};

/// max - min over groups of a rate of each class, and over classes their mean (primary), root mean square (De-Arteaga
/// et al. 2019) and maximum. Classes with fewer than two groups are NaN and left out.
struct Gap {
  std::vector<double> of_class;
  Measured mean, rms, max;
  /// Of the mean, against groups shuffled among the speakers (among the utterances where speakers are unknown): a gap
  /// is never negative, so that its interval cannot tell it from chance. NaN where a speaker has several groups.
  double p = std::numeric_limits<double>::quiet_NaN();
};

struct Fairness {
  std::string column, name, task;
  std::vector<std::string> classes;
  std::vector<GroupScores> groups;  ///< sorted by name
  std::size_t unknown_group = 0;    ///< utterances
  Gap true_positive, demographic_parity;
  Gap equalised_odds;                             ///< of each class the larger of the TPR and the FPR gap
  std::size_t worst_uar = 0, worst_macro_f1 = 0;  ///< indices into groups
  Resampling resampling;
  std::vector<Note> notes;
};

/// One result per task. The groups are those of a column of the manifests or of the table. Rates and scores are means
/// over seeds. Throws UsageError where the column does not exist, DataError where fewer than two groups are scored or
/// the table has no classes.
std::vector<Fairness> fairness(const PredictionSource& source, std::span<const Manifest> manifests,
                               const std::string& part, const FairnessOptions& options, int threads = 1);

}  // namespace ser
