// What every learner asks of its training data first: sound values, classes present, weights.
#pragma once

#include <ser/classic/learner.h>

#include <string>
#include <vector>

namespace ser {

/// Class indices that occur in y with a weight above 0, ascending. Throws DataError for sizes that do not fit, labels
/// outside [0, classes), features that are not finite (naming utterance and column), weights that are negative or not
/// finite, and when fewer than two classes are present.
std::vector<int> check_training_set(const TrainingSet& data, const std::string& learner);

/// Throws DataError naming the first feature that is not finite.
void check_features(const Matrix& x, const std::string& learner);

/// Weight of each of the `present` classes: 1, or with "balanced" S / (K S_k) with S the sum of the utterances' weights
/// and S_k that of class k (scikit-learn).
std::vector<double> class_weights(const TrainingSet& data, const std::vector<int>& present, const std::string& mode);

/// Weight of each utterance: its own times its class's.
std::vector<double> utterance_weights(const TrainingSet& data, const std::vector<int>& present,
                                      const std::string& class_weight);

}  // namespace ser
