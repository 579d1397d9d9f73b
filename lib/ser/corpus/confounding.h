// How far the speaker alone tells the emotion. In some corpora nearly every speaker was cut out with one emotion only;
// then random folds measure the voice, not the emotion (papers/urdu-cross-corpus.md, section 3).
#pragma once

#include <ser/corpus/label_space.h>

#include <string>
#include <vector>

namespace ser {

struct ConfoundingReport {
  /// The group with most utterances of a class.
  struct Share {
    std::string group;
    std::size_t utterances = 0;  ///< of this class by this group
    std::size_t total = 0;       ///< of this class
    std::size_t groups = 0;      ///< that have this class
  };
  std::string corpus, column;
  std::vector<std::string> classes;
  std::size_t utterances = 0;  ///< with a class and a known group
  std::size_t unknown = 0;     ///< with a class, but no group: left out
  std::size_t groups = 0;
  std::size_t single_class_groups = 0;  ///< groups seen in one class only
  std::vector<Share> largest;           ///< [class]
  /// Mutual information of group and class over the entropy of the class: 0 the group tells nothing, 1 it tells all.
  /// Biased upward for small groups. NaN with one class only.
  double normalized_mutual_information = 0;
  /// Of guessing the class that the other utterances of the same group have most often (their majority over the corpus
  /// for a group of one): in 0..1. Groups balanced over the classes fall below chance, because the utterance left out
  /// is missing from its own class. UAR is over the classes that occur.
  double group_only_accuracy = 0, group_only_uar = 0;

  std::string text() const;
};

/// Over the utterances that the (resolved) label space keeps. Throws UsageError for an unknown column.
ConfoundingReport confounding(const Manifest& manifest, const LabelSpace& labels, const std::string& column);

}  // namespace ser
